"""Endpoints that prove nothing in their answers are asked who they are, and the report says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli import run
from harness_demo.server import DemoServer, Reply, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, OTHER, suite_text

Serve = Callable[..., DemoServer]
ANSWER = b'[[{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]]'
GENERATOR = {"model_id": "lab/labels", "max_total_tokens": 2048, "version": "3.3.5"}
EMBEDDER = {"model_id": "lab/labels", "model_type": {"classifier": {}}, "version": "1.8.2"}


def endpoint(serve: Serve, kind: dict[str, Any], *revisions: str) -> DemoServer:
    """Serve answers without evidence; `/info` says the first revision, then the next, and so on."""
    left = list(revisions)

    def reply(request: RequestInfo) -> Reply:
        if request.method != "GET":
            return Reply(status=200, headers={"content-type": "application/json"}, body=ANSWER)
        if request.path != "/info" or not left:
            return Reply(status=404, body=b"no such page")
        said = left.pop(0) if len(left) > 1 else left[0]
        return Reply(status=200, body=json.dumps({**kind, "model_sha": said}).encode())

    return serve((), faults=reply)


def compare(before: DemoServer, after: DemoServer) -> tuple[int, dict[str, Any]]:
    text = suite_text(4, before_url=before.url, after_url=after.url, expects=False)
    Path("suite.yaml").write_text(text, encoding="utf-8")
    code = run(["run", "suite.yaml", "-q", "--out", "out"])
    return code, json.loads(Path("out/result.json").read_text(encoding="utf-8"))


def proofs(result: dict[str, Any]) -> list[str]:
    return [target["proof"] for target in result["targets"].values()]


def test_generators_prove_their_pins_and_embedders_declare_them(
    quiet_world: Path, serve: Serve
) -> None:
    before = endpoint(serve, GENERATOR, BEFORE)
    code, result = compare(before, endpoint(serve, EMBEDDER, AFTER))
    assert code != 11
    assert proofs(result) == ["proven", "declared"]
    assert [target["served"] for target in result["targets"].values()] == [[BEFORE], [AFTER]]


def test_a_model_that_changed_in_mid_run_is_exit_11_and_stays_so(
    quiet_world: Path, serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    before = endpoint(serve, GENERATOR, BEFORE)
    after = endpoint(serve, GENERATOR, AFTER, OTHER)
    code, result = compare(before, after)
    assert (code, result["verdict"]) == (11, "invalid")
    assert proofs(result) == ["proven", "mismatch"]
    assert f"the model changed in mid-run: {after.url}/info said {AFTER} at 20" in (
        capfd.readouterr().out
    )
    assert run(["compare", "out"]) == 11
    assert run(["compare", "out#baseline", "out#candidate", "--out", "two"]) == 11
    assert capfd.readouterr().out.count("the model changed in mid-run") == 2


def test_a_replay_asks_nobody_and_proves_nothing(quiet_world: Path, serve: Serve) -> None:
    before, after = (endpoint(serve, GENERATOR, pin) for pin in (BEFORE, AFTER))
    assert proofs(compare(before, after)[1]) == ["proven", "proven"]
    for server in (before, after):
        server.close()
    run(["run", "suite.yaml", "-q", "--replay", "out", "--out", "again"])
    result = json.loads(Path("again/result.json").read_text(encoding="utf-8"))
    assert proofs(result) == ["opaque", "opaque"]


def test_an_endpoint_without_such_a_page_is_opaque(quiet_world: Path, serve: Serve) -> None:
    _, result = compare(endpoint(serve, GENERATOR), endpoint(serve, GENERATOR, AFTER))
    assert proofs(result) == ["opaque", "proven"]
    assert any("/info: HTTP 404" in warning for warning in result["warnings"])
