"""A router that changes its partner in mid-run, from the wire to report and terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness_demo.served import Reply
from tests.e2e.sides import Sides, result_of

SUITE = """
suite: partners
task: chat-completion
target: {provider: hf-router, model: "org/name:groq"}
targets:
  baseline: {base_url: "%s/old/v1"}
  candidate: {base_url: "%s/new/v1"}
run: {concurrency: 1}
gates: [{metric: error_rate, max: 0}]
cases:
"""
CASES = 6


def test_a_partner_that_changes_in_mid_run_is_told_everywhere(
    sides: Callable[..., Sides], capfd: pytest.CaptureFixture[str], quiet_world: Path
) -> None:
    calls: list[str] = []

    def answer(request: Any) -> Reply:
        is_new = request.path.startswith("/new")
        calls.append("new" if is_new else "old")
        partner = "together" if is_new and calls.count("new") > 4 else "groq"
        message = {"role": "assistant", "content": "Crete"}
        body = {
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "system_fingerprint": "fp_1",
        }
        headers = {"content-type": "application/json", "x-inference-provider": partner}
        return Reply(status=200, headers=headers, body=json.dumps(body).encode())

    world = sides(faults=answer)
    url = world.server.url
    rows = "".join(f"  - {{id: c{n}, inputs: island {n}}}\n" for n in range(CASES))
    suite = quiet_world / "suite.yaml"
    suite.write_text(SUITE % (url, url) + rows, "utf-8")
    world.run("run", suite, "--out", "out")

    result = result_of(quiet_world / "out")
    old, new = result["targets"]["baseline"], result["targets"]["candidate"]
    assert old["traces"]["x-inference-provider"]["counts"] == {"groq": CASES}
    found = new["traces"]["x-inference-provider"]
    assert (found["counts"], found["in_turns"]) == ({"groq": 4, "together": 2}, False)
    assert found["changed_at"].startswith("20")
    assert new["traces"]["system_fingerprint"]["changed_at"] is None
    assert (old["proof"], new["proof"], new["served"]) == ("opaque", "opaque", [])
    told = "\n".join(result["warnings"])
    assert f"x-inference-provider changed in mid-run, before {found['changed_at']}" in told
    assert "confounded: baseline was answered by groq (6)" in told
    for name in ("report.html", "summary.md"):
        page = (quiet_world / "out" / name).read_text("utf-8").replace("\\", "")
        assert "groq (4 answers), together (2 answers); changed at" in page, name

    capfd.readouterr()
    assert world.run("show", "out", "c5") == 0
    shown = capfd.readouterr().out
    assert "  x-inference-provider: groq" in shown
    assert "  x-inference-provider: together" in shown
    assert "  system_fingerprint: fp_1" in shown
