"""A run whose checks are slow loses nothing that was answered, and can be stopped at any time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.store import RunReader
from tests.e2e.sides import Sides, result_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]
Open = Callable[..., Sides]

_PLUGIN = """
import os, time
from dataclasses import dataclass
from harness.api import Case, Check, Finding, Output, hookimpl

@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass

def judge(case: Case, output: Output, arguments: Nothing) -> Finding:
    time.sleep(float(os.environ["JUDGE_S"]))
    return Finding(check="slow", ok=True, message="took its time")

@hookimpl
def harness_checks() -> list[Check]:
    return [Check(name="slow", arguments=Nothing, judge=judge)]
"""
_CODE = """
import sys
from harness.cli import run
from harness.pipeline import calls
calls.MANY_CALLS = int(sys.argv[1])
sys.exit(run(sys.argv[2:]))
"""
ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.Popen[str]"]
SLOWLY, QUICKLY, NEVER = "0.1", "0", "1000"


def suite_of(world: Sides, cases: int) -> str:
    (world.folder / "slow_plugin.py").write_text(_PLUGIN)
    return str(world.suite(cases, settings="concurrency: 8", more="checks: [{check: slow}]"))


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a run whose judge takes `judge_s`."""
    processes: list[subprocess.Popen[str]] = []

    def started(*given: Any, **more: Any) -> "subprocess.Popen[str]":
        processes.append(started_at(*given, **more))
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate(timeout=10)


def started_at(
    world: Sides, *words: str, judge_s: str, is_apart: bool = True
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _CODE, "1" if is_apart else "1000000", *words, "-q",
         "-p", "slow_plugin"],
        cwd=world.folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{world.folder}", "JUDGE_S": judge_s},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


def until(is_so: Callable[[], bool], within_s: float) -> None:
    end = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def counted(world: Sides, table: str, name: str = "one") -> int:
    with RunReader(world.folder / "runs" / name) as reader:
        return reader.count(table)


def whole(start: Start, world: Sides, suite: str) -> dict[str, object]:
    """Run undisturbed; give what must come out of a disturbed run too."""
    process = start(world, "run", suite, "--out", "runs/whole", judge_s=QUICKLY)
    assert process.communicate(timeout=60)
    assert process.returncode == 1
    return told(world, "whole")


def told(world: Sides, name: str) -> dict[str, object]:
    result = result_of(world.folder / "runs" / name)
    return {key: result[key] for key in ("verdict", "counts", "flips", "exit_code")} | {
        "gates": [
            (gate["metric"], gate["outcome"])
            for gate in result["gates"]
            if not gate["metric"].startswith("latency")
        ]
    }


def test_what_was_answered_before_a_kill_is_not_asked_again_however_slow_its_judge_is(
    sides: Open, start: Start
) -> None:
    world = sides(flips=lambda number: number % 5 == 3)
    suite = suite_of(world, 200)
    undisturbed = whole(start, world, suite)
    before = len(world.calls())
    process = start(world, "run", suite, "--out", "runs/one", judge_s=SLOWLY)
    until(lambda: len(world.calls()) == before + 400, 30)
    until(lambda: counted(world, "exchange") == 400, 1)
    assert counted(world, "record") < 200
    (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    process.kill()
    process.communicate(timeout=10)
    process = start(world, "run", "--resume", "runs/one", judge_s=QUICKLY)
    process.communicate(timeout=60)
    assert len(world.calls()) == before + 400
    assert told(world, "one") == undisturbed


@pytest.mark.parametrize("is_apart", [False, True])
@pytest.mark.parametrize("judge_s", [SLOWLY, NEVER])
def test_a_signal_ends_a_run_within_seconds_however_slow_its_judge_is(
    sides: Open, start: Start, judge_s: str, *, is_apart: bool
) -> None:
    world = sides(flips=lambda number: number % 5 == 3)
    suite = suite_of(world, 200)
    undisturbed = whole(start, world, suite)
    before = len(world.calls())
    process = start(world, "run", suite, "--out", "runs/one", judge_s=judge_s, is_apart=is_apart)
    until(lambda: len(world.calls()) >= before + 300, 30)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert time.monotonic() - began < 5.0  # nothing is in flight for long here
    assert process.returncode == 2
    assert "exit 2: interrupted" in stderr
    assert "go on with: revgate run --resume" in stderr
    made = len(world.calls()) - before
    assert counted(world, "exchange") == made
    assert counted(world, "record") < made
    process = start(world, "run", "--resume", "runs/one", judge_s=QUICKLY)
    process.communicate(timeout=60)
    assert len(world.calls()) == before + 400
    assert told(world, "one") == undisturbed


def test_a_run_stopped_when_only_judging_was_left_is_not_complete(
    sides: Open, start: Start
) -> None:
    world = sides(flips=lambda number: number % 5 == 3)
    suite = suite_of(world, 100)
    undisturbed = whole(start, world, suite)
    before = len(world.calls())
    process = start(world, "run", suite, "--out", "runs/one", judge_s=SLOWLY, is_apart=False)
    until(lambda: len(world.calls()) == before + 200, 30)
    until(lambda: counted(world, "exchange") == 200, 5)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 2
    process = start(world, "run", "--resume", "runs/one", judge_s=QUICKLY)
    process.communicate(timeout=60)
    assert told(world, "one") == undisturbed
