"""Shown by 6: a killed run goes on where it was, and sends nothing twice that was answered."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from harness.errors import StoreError
from harness.jsonvalue import sha256_hex
from harness.store import RunReader
from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import Sides, result_of

pytestmark = pytest.mark.e2e
Open = Callable[..., Sides]
DEADLINE_S = 30.0


class Milestones:
    """Tells when a server has received so many requests."""

    def __init__(self) -> None:
        self._reached: dict[int, threading.Event] = {}

    def at(self, ordinal: int) -> threading.Event:
        return self._reached.setdefault(ordinal, threading.Event())

    def __call__(self, request: RequestInfo) -> Reply | None:
        if request.ordinal in self._reached:
            self._reached[request.ordinal].set()
        return None


@contextmanager
def revgate(folder: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the command in a process of its own; it is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def answered(run: Path) -> set[tuple[str, str]]:
    """Give (path of the url, digest of the body) of every stored answer."""
    with RunReader(run) as reader:
        return {
            ("/" + exchange.url.split("/", 3)[3], sha256_hex(exchange.request_body))
            for _, exchange in reader.exchanges()
        }


def wait_until_saved(run: Path, calls: int, process: "subprocess.Popen[str]") -> None:
    """Return once so many calls of a run that goes on are answered and stored."""
    until = time.monotonic() + DEADLINE_S
    found = 0
    while found < calls:
        assert time.monotonic() < until, found
        assert process.poll() is None, process.communicate()
        with suppress(StoreError), RunReader(run) as reader:
            found = reader.count("exchange")


def sent(calls: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((call["path"], call["body_sha256"]) for call in calls)


def end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    _, complaint = process.communicate(timeout=DEADLINE_S)
    return process.returncode, complaint


def test_a_run_killed_three_times_ends_as_if_it_never_was(sides: Open) -> None:
    world = sides(delay_s=0.004, flips=lambda number: number % 10 == 3)
    suite = str(world.suite(1000, settings="concurrency: 8"))
    run = world.folder / "out"
    words: tuple[str, ...] = ("run", suite, "-q", "--out", "out")
    known: dict[tuple[str, str], int] = {}  # how often each had been sent when it was stored
    for stored_calls in (150, 500, 1010):  # by what is saved: a slow disk saves later, not less
        with revgate(world.folder, *words) as process:
            wait_until_saved(run, stored_calls, process)
            process.kill()
            process.communicate()
            assert process.returncode == -signal.SIGKILL
        stored, so_far = answered(run), sent(world.calls())
        assert known.keys() <= stored  # what was saved stays saved
        assert {call: so_far[call] for call in known} == known  # and was not sent again
        known |= {call: so_far[call] for call in stored}
        words = ("run", "--resume", "out", "-q")
    assert 1000 < len(known) < 2000
    with revgate(world.folder, *words) as process:
        code, complaint = end(process)
    assert code == 1, complaint
    total = sent(world.calls())
    assert {call: total[call] for call in known} == known
    assert len(total) == 2000
    assert max(total.values()) <= 4  # once, and once a kill for what was in flight
    counts = result_of(run)["counts"]
    assert (counts["planned"], counts["answered"], counts["failed"]) == (2000, 2000, 100)
    with RunReader(run) as reader:
        assert reader.count("plan") == reader.count("exchange") == reader.count("record") == 2000
        assert reader.count("unsent") == 0
    assert list(result_of(run)["flips"]) == uninterrupted(world, suite)["flips"]


def uninterrupted(world: Sides, suite: str) -> dict[str, Any]:
    assert world.run("run", suite, "-q", "--out", "whole") == 1
    return result_of(world.folder / "whole")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_saves_says_how_to_go_on_and_goes_on(sides: Open, number: int) -> None:
    milestones = Milestones()
    point = milestones.at(60)
    world = sides(faults=milestones, delay_s=0.01)
    suite = str(world.suite(200))
    with revgate(world.folder, "run", suite, "-q", "--out", "the run") as process:
        assert point.wait(DEADLINE_S)
        process.send_signal(number)
        code, complaint = end(process)
    assert code == 2, complaint
    assert "revgate run --resume 'the run'" in complaint
    assert complaint.splitlines()[-1] == "exit 2: interrupted; the run can be resumed"
    known = answered(world.folder / "the run")
    assert len(known) >= 60 - 8
    assert max(sent(world.calls()).values()) == 1
    with revgate(world.folder, "run", "--resume", "the run") as process:
        code, complaint = end(process)
    assert code == 0, complaint
    assert f"{len(known)} of 400 calls are stored already" in complaint
    assert set(sent(world.calls()).values()) == {1}  # calls in flight had their five seconds


def test_the_second_signal_ends_at_once(sides: Open, capfd: pytest.CaptureFixture[str]) -> None:
    milestones = Milestones()
    point = milestones.at(8)
    world = sides(faults=milestones, delay_s=30.0)
    suite = str(world.suite(20))
    with revgate(world.folder, "run", suite, "-q", "--out", "out") as process:
        assert point.wait(DEADLINE_S)
        assert world.run("run", "--resume", "out") == 4  # it is being written to
        assert f"process {process.pid} is writing to this run" in capfd.readouterr().err
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        for line in process.stderr:
            if "once more" in line:
                break
        process.send_signal(signal.SIGINT)
        process.wait(2.0)  # less than the five seconds calls in flight get
        assert process.returncode == 2
        assert process.stderr.read().splitlines()[-1].startswith("exit 2: interrupted")
    with RunReader(world.folder / "out") as reader:
        assert len(list(reader.pending())) == 40


def test_a_stopped_run_stops_the_suites_after_it(sides: Open) -> None:
    milestones = Milestones()
    point = milestones.at(20)
    world = sides(faults=milestones, delay_s=0.01)
    suites = [str(world.suite(60, name=f"{n}.yaml", title=f"suite-{n}")) for n in (1, 2)]
    with revgate(world.folder, "run", *suites, "-q", "--out", "out") as process:
        assert point.wait(DEADLINE_S)
        process.send_signal(signal.SIGINT)
        code, complaint = end(process)
    assert code == 2, complaint
    out = world.folder / "out"
    assert {path.name for path in out.iterdir()} == {"suite-1", "index.html", "index.md"}
    assert "not run" in (out / "index.md").read_text()


def limited(world: Sides, largest_kb: int) -> "subprocess.CompletedProcess[str]":
    """Run a suite of 600 cases where no file may grow past a size: a disk that fills up."""
    command = f"exec '{sys.executable}' -m harness run '{world.suite(600)}' -q --out out"
    return subprocess.run(
        ["bash", "-c", f"ulimit -f {largest_kb}; {command}"],
        cwd=world.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
    )


def test_a_disk_that_is_full_from_the_start_is_said_before_the_first_call(sides: Open) -> None:
    world = sides()
    done = limited(world, 100)
    assert done.returncode == 4, done.stderr
    assert "nothing was sent: make room" in done.stderr
    assert "--resume" not in done.stderr
    assert world.calls() == []
    assert not (world.folder / "out").exists()


def test_a_disk_that_fills_up_stops_the_run_and_loses_nothing(sides: Open) -> None:
    world = sides()
    done = limited(world, 900)
    assert done.returncode == 2, done.stderr
    assert "make room, then go on with `revgate run --resume out`" in done.stderr
    assert done.stderr.rstrip().endswith("exit 2: interrupted; the run can be resumed")
    assert "Traceback" not in done.stderr
    known = answered(world.folder / "out")
    assert 0 < len(known) < 1200
    before = sent(world.calls())
    assert world.run("run", "--resume", "out", "-q") == 0
    total = sent(world.calls())
    assert {call: total[call] for call in known} == {call: before[call] for call in known}
    assert result_of(world.folder / "out")["counts"]["passed"] == 1200
