"""Shown by 4: what two servers do decides the exit code, and result.json says so key by key."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, OTHER, Sides, labeller, only_run, result_of

pytestmark = pytest.mark.e2e
Open = Callable[..., Sides]

TOP = {
    "schema": int, "suite": str, "verdict": str, "exit_code": int, "targets": dict, "counts": dict,
    "gates": list, "flips": list, "latency": dict, "slices": list, "warnings": list,
    "environment": dict,
}  # fmt: skip
COUNTS = {
    "planned", "answered", "passed", "failed", "faults", "skipped", "cancelled", "attempts",
    "replayed",
}  # fmt: skip
GATE = {
    "metric", "target", "slice", "level", "baseline", "candidate", "estimate", "low", "high",
    "limit", "outcome", "reason",
}  # fmt: skip


def check_result(result: dict[str, Any], code: int) -> None:
    """Hold a result.json against the documented schema; its counts must add up."""
    assert {key: type(result[key]) for key in TOP} == TOP
    assert result["schema"] == 1
    assert result["exit_code"] == code
    assert result["verdict"] == {0: "pass", 1: "fail", 10: "inconclusive", 11: "invalid"}.get(
        code, "inconclusive"
    )
    counts = result["counts"]
    assert set(counts) == COUNTS
    assert counts["answered"] == counts["passed"] + counts["failed"]
    ends = ("answered", "faults", "skipped", "cancelled")
    assert counts["planned"] == sum(counts[name] for name in ends)
    assert set(result["targets"]) == set(result["latency"]) == {"baseline", "candidate"}
    for target in result["targets"].values():
        assert set(target) >= {"provider", "model", "revision", "served", "proof"}
    for gate in result["gates"]:
        assert set(gate) >= GATE
        assert gate["outcome"] in {"pass", "fail", "inconclusive"}
    for flip in result["flips"]:
        assert set(flip) >= {"case", "target", "before", "after", "check"}
    for latency in result["latency"].values():
        assert set(latency) == {"n", "p50_s", "p90_s", "p95_s", "p99_s"}


def run(sides: Sides, suite: Path, code: int, *more: str) -> dict[str, Any]:
    assert sides.run("run", str(suite), "-q", *more) == code
    result = result_of(only_run(sides.folder))
    check_result(result, code)
    return result


def test_ten_percent_of_labels_flipped_fails(sides: Open) -> None:
    world = sides(flips=lambda number: number % 10 == 3)
    result = run(world, world.suite(300), 1)
    assert result["counts"]["planned"] == 600
    assert result["counts"]["failed"] == 30
    assert len(result["flips"]) == 30
    assert {flip["after"] for flip in result["flips"]} == {"fail"}


def test_no_label_flipped_passes(sides: Open) -> None:
    world = sides()
    result = run(world, world.suite(300), 0)
    assert result["counts"]["passed"] == 600
    assert result["flips"] == []
    assert {t["proof"] for t in result["targets"].values()} == {"proven"}
    assert len(world.calls()) == result["counts"]["attempts"] == 600


def test_one_flip_of_twelve_without_expectations_is_inconclusive(sides: Open) -> None:
    world = sides(flips=lambda number: number == 3)
    result = run(world, world.suite(12, expects=False), 10)
    assert [g["outcome"] for g in result["gates"] if g["metric"] == "agreement"] == ["inconclusive"]


def test_one_flip_of_twelve_is_too_few_for_an_inferred_pass_rate(sides: Open) -> None:
    world = sides(flips=lambda number: number == 3)
    run(world, world.suite(12, gates="{metric: pass_rate, max_drop: 0.02}"), 10)


def test_answers_of_another_commit_are_invalid(sides: Open) -> None:
    world = sides(served=(labeller(BEFORE), labeller(OTHER)))
    suite = world.suite(6, after_url=f"{world.server.url}/endpoints/{OTHER}", after_pin=AFTER)
    result = run(world, suite, 11)
    assert result["targets"]["candidate"]["proof"] == "mismatch"
    assert result["targets"]["candidate"]["served"] == [OTHER]


def test_both_down_is_said_within_seconds(sides: Open) -> None:
    world = sides()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # free again, and refused, once the block ends
    down = f"http://127.0.0.1:{port}/"
    started = time.monotonic()
    result = run(world, world.suite(40, before_url=down, after_url=down), 12)
    assert time.monotonic() - started < 30
    counts = result["counts"]
    assert counts["answered"] == 0
    assert counts["faults"] + counts["skipped"] == 80
    assert world.calls() == []


def test_a_wrong_token_stops_at_once(
    sides: Open, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", "wrong-token-of-the-test")
    world = sides(token="right")
    result = run(world, world.suite(40), 12)
    assert result["counts"]["answered"] == 0
    assert len(world.calls()) <= 2 * 4  # what was in flight when the first 401 came
    out, err = capfd.readouterr()
    assert "wrong-token-of-the-test" not in out + err
    for path in only_run(world.folder).iterdir():
        assert b"wrong-token-of-the-test" not in path.read_bytes()


def test_an_unknown_model_cannot_be_reached(sides: Open) -> None:
    world = sides()
    gone = f"{world.server.url}/endpoints/{OTHER}"
    result = run(world, world.suite(20, before_url=gone, after_url=gone), 12)
    assert result["counts"]["answered"] == 0


PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"
BROKEN = {
    "HTML page": Reply(status=200, headers={"content-type": "text/html"}, body=PAGE),
    "empty body": Reply(status=200),
    "truncated body": Reply(status=200, headers={"content-length": "500"}, body=b"[[", close=True),
    "error inside 200": Reply(status=200, body=b'{"error": "overheated"}'),
    "another shape": Reply(status=200, body=b'{"vector": [1, 2]}'),
    "not JSON": Reply(status=200, body=b"NaN"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_unusable_answer_is_a_counted_fault_and_never_a_pass(sides: Open, kind: str) -> None:
    def faults(request: RequestInfo) -> Reply | None:
        return BROKEN[kind] if AFTER in request.path else None

    world = sides(faults=faults)
    suite = world.suite(8, settings="concurrency: 8, attempts: 1")
    code = world.run("run", str(suite), "-q")
    result = result_of(only_run(world.folder))
    check_result(result, code)
    assert code in {1, 10}
    assert result["counts"]["faults"] == 8
    assert result["counts"]["passed"] == 8  # the baseline's
    gates = [g for g in result["gates"] if g["level"] == "error"]
    assert "fail" in {g["outcome"] for g in gates}


def test_a_fault_names_its_reason_in_the_case(
    sides: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    world = sides(faults=lambda r: BROKEN["HTML page"] if AFTER in r.path else None)
    world.run("run", str(world.suite(2)), "-q", "--out", "out")
    assert world.run("show", "out", "c1") == 0
    out = capfd.readouterr().out
    assert "malformed" in out
    assert "HTML page" in out
