"""`run.fail_fast`: a run whose calls fail stops early, is saved, and can be resumed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import Sides, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


class Broken:
    """Refuses the candidate `text 2` and every fifth text after it, until it is repaired."""

    def __init__(self) -> None:
        self.is_repaired = False

    def __call__(self, request: RequestInfo) -> Reply | None:
        number = int(json.loads(request.body)["inputs"].split()[1]) if request.body else 0
        if self.is_repaired or number % 5 != 2 or "b" * 40 not in request.path:
            return None
        return Reply(status=422, body=b'{"error": "no such input"}')


@pytest.mark.parametrize(("setting", "faults"), [("true", 1), ("3", 3)])
def test_a_run_stops_at_the_fault_it_was_given_and_goes_on_when_resumed(
    sides: Open, capfd: Capture, setting: str, faults: int
) -> None:
    broken = Broken()
    world = sides(faults=broken)
    suite = world.suite(60, settings=f"concurrency: 1, fail_fast: {setting}")
    assert world.run("run", str(suite), "-q", "--out", "out") == 2
    told = capfd.readouterr().err
    assert f"run.fail_fast: stopping after {faults} call" in told
    assert "no such input" in told
    assert "revgate run --resume out" in told
    assert told.rstrip().splitlines()[-1].startswith("exit 2: interrupted")
    assert len(world.calls()) <= 2 * (5 * faults - 2) + 8
    assert not (world.folder / "out" / "result.json").exists()
    broken.is_repaired = True
    assert world.run("run", "--resume", "out", "-q") == 1
    counts = result_of(Path("out"))["counts"]
    assert counts["planned"] == 120
    assert counts["answered"] == 120 - counts["faults"]
    assert faults <= counts["faults"] <= faults + 2  # what was in flight at the same time
    assert len(world.calls()) == 120


def test_answers_that_fail_their_cases_do_not_stop_a_run(sides: Open) -> None:
    world = sides(flips=lambda _number: True)
    suite = world.suite(12, settings="fail_fast: true")
    assert world.run("run", str(suite), "-q", "--out", "out") == 1
    assert result_of(Path("out"))["counts"]["answered"] == 24


def test_it_can_be_set_for_one_run(sides: Open) -> None:
    world = sides(faults=Broken())
    words = ("run", str(world.suite(30)), "-q", "--out", "out")
    assert world.run(*words, "--set", "run.fail_fast=true") == 2
