"""Work in a copy of the process: on its own processor, and its failures are ours."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.aside import aside, may_copy

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux")

_PARENT = """
import os, sys, time
from harness.aside import aside

def work():
    print(os.getpid(), flush=True)
    time.sleep(600)

with aside(work):
    time.sleep(600)
"""


def test_work_is_done_in_another_process_and_its_outcome_is_given_here() -> None:
    before: list[int] = []

    def work() -> tuple[int, str]:
        before.append(1)
        return os.getpid(), "x" * 200_000  # more than a pipe holds

    with aside(work) as outcome:
        number, text = outcome()
    assert number != os.getpid()
    assert (len(text), before) == (200_000, [])
    with pytest.raises(ChildProcessError):
        os.waitpid(number, 0)  # it has been waited for


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "end",
    [
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os._exit(3),
        lambda: sys.exit(3),
        interrupted,
    ],
    ids=["killed", "ended", "exit", "interrupted"],
)
def test_what_a_copy_does_not_bring_to_its_end_is_done_here(end: Callable[[], object]) -> None:
    me = os.getpid()

    def work() -> int:
        if os.getpid() != me:
            end()
        return os.getpid()

    with aside(work) as outcome:
        assert outcome() == me


def test_where_no_copy_is_allowed_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    with aside(os.getpid) as outcome:
        assert outcome() == os.getpid()
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


@pytest.mark.parametrize("kept", [1, 1_000, -1])
def test_what_was_told_by_half_is_made_here(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    whole = pickle.dumps
    monkeypatch.setattr(pickle, "dumps", lambda made: whole(made)[:kept])
    with aside(lambda: (os.getpid(), list(range(5_000)))) as outcome:
        assert outcome() == (os.getpid(), list(range(5_000)))


def test_what_the_work_raises_is_raised_by_who_waits() -> None:
    def work() -> None:
        raise ValueError("no")

    with aside(work) as outcome, pytest.raises(ValueError, match="no"):
        outcome()


def test_what_cannot_be_told_is_made_here() -> None:
    with aside(threading.Lock) as outcome:
        assert isinstance(outcome(), type(threading.Lock()))


def test_a_copy_ends_with_the_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "line")

    def work() -> None:
        with (tmp_path / "line").open("w") as line:
            line.write(f"{os.getpid()}\n")
            line.flush()
            signal.pause()

    with pytest.raises(RuntimeError, match="left"), aside(work):  # noqa: PT012 - how it is left
        number = _first(tmp_path)
        raise RuntimeError("left")
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def _first(folder: Path) -> int:
    with (folder / "line").open() as line:
        return int(line.readline())


def test_a_copy_ends_with_its_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        int(parent.stdout.readline())  # it is at work, and holds the pipe
        parent.kill()
        assert parent.stdout.read() == ""  # at its end once nobody has it any more


def test_what_was_printed_before_is_printed_once(capfd: pytest.CaptureFixture[str]) -> None:
    sys.stdout.write("before ")

    def work() -> int:
        sys.stdout.write("aside ")
        return 1

    with aside(work) as outcome:
        outcome()
    sys.stdout.write("after")
    sys.stdout.flush()
    assert capfd.readouterr().out == "before aside after"


def test_nobody_is_copied_beside_other_threads_or_on_one_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert may_copy()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not may_copy()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1})
    assert not may_copy()
