"""A signal asks a run to stop, and ends any other block wherever it arrives."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from harness import pipeline
from harness.cli import stopping
from harness.cli.stopping import interrupt_on_signals, stop_on_signals
from tests.e2e.sides import Sides
from tests.moments import at_every_moment

ROOT = Path(__file__).resolve().parents[2]
needs_signals = pytest.mark.skipif(
    sys.platform == "win32", reason="no other process can send it a signal"
)
SIGNALS = [signal.SIGINT, signal.SIGTERM]


def test_handlers_of_signals_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signals() as stop:
        assert signal.getsignal(signal.SIGINT) != before
        assert not stop.is_set()
    assert signal.getsignal(signal.SIGINT) == before


def test_a_run_in_a_thread_of_its_own_has_no_handlers() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def look() -> None:
        with stop_on_signals() as stop:
            seen.append((signal.getsignal(signal.SIGINT), stop.is_set()))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(before, False)]


@pytest.mark.parametrize("block", [stop_on_signals, interrupt_on_signals])
def test_a_signal_that_is_ignored_stays_ignored(
    block: Callable[[], AbstractContextManager[threading.Event | None]],
) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with block() as stop:
            signal.raise_signal(signal.SIGTERM)
            assert stop is None or not stop.is_set()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_after_the_last_call_ends_the_run_before_its_reports(
    sides: Callable[..., Sides],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    make_calls = pipeline.make_calls

    def then_signalled(*given: Any) -> bool:
        is_complete = make_calls(*given)
        signal.raise_signal(signal.SIGTERM)
        return is_complete

    world = sides()
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "make_calls", then_signalled)
        assert world.run("run", str(world.suite(5)), "-q", "--out", "out") == 2
    told = capfd.readouterr().err
    assert "with all calls made; for its reports: revgate run --resume out\n" in told
    report = world.folder / "out" / "report.html"
    assert not report.exists()
    asked = len(world.calls())
    assert world.run("run", "--resume", "out", "-q") in {0, 10}
    assert report.exists()
    assert len(world.calls()) == asked


@pytest.mark.timeout(60)
def test_a_signal_ends_the_wait_for_its_event() -> None:
    with stop_on_signals() as stop:
        timer = threading.Timer(0.05, signal.raise_signal, [signal.SIGTERM])
        timer.start()
        assert stop.wait(600)
        timer.join()


@pytest.mark.timeout(60)
def test_a_signal_may_come_wherever_its_event_is_at(
    capfd: pytest.CaptureFixture[str],
) -> None:
    said = 0

    def work() -> None:
        nonlocal said
        with stop_on_signals() as stop:
            stop.wait(0.001)
        is_said = "stopping" in capfd.readouterr().err
        assert stop.is_set() == is_said
        said += is_said

    moments = at_every_moment(work, {"threading", stopping.__name__}, signal.SIGTERM)
    assert moments == said > 20


class Falls:
    """Meets a signal where nothing can be raised."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        signal.raise_signal(self._number)


def let_it_meet_a_finalizer(number: int) -> None:
    thing = Falls(number)
    del thing
    threading.Event().wait(10)
    pytest.fail("it went on")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_block(number: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interrupt_on_signals():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_meets_a_finalizer_is_not_lost(
    number: int, capfd: pytest.CaptureFixture[str]
) -> None:
    before = sys.unraisablehook
    with pytest.raises(KeyboardInterrupt), interrupt_on_signals():
        let_it_meet_a_finalizer(number)
    assert sys.unraisablehook is before
    assert capfd.readouterr() == ("", "")


def test_a_signal_that_meets_a_finalizer_comes_again_as_itself() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), interrupt_on_signals():
            let_it_meet_a_finalizer(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.timeout(60)
def test_handlers_are_put_back_wherever_a_signal_comes() -> None:
    interrupted = 0
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook

    def work() -> None:
        nonlocal interrupted
        try:
            with interrupt_on_signals():
                pass
        except KeyboardInterrupt:
            interrupted += 1
        assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before

    handled = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    moments = at_every_moment(work, {stopping.__name__, "contextlib"}, signal.SIGTERM)
    assert signal.signal(signal.SIGTERM, handled) is signal.SIG_DFL
    assert moments > 50
    assert moments == interrupted


def test_an_error_in_place_of_the_interruption_is_told_as_one() -> None:
    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            raise OSError("what compiled code made of it") from None

    with pytest.raises(KeyboardInterrupt), interrupt_on_signals():
        work()


def test_other_errors_where_nothing_can_be_raised_are_told_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_value))

    class Breaks:
        def __del__(self) -> None:
            raise ValueError("a bug")

    with interrupt_on_signals():
        thing = Breaks()
        del thing
    assert [str(error) for error in told] == ["a bug"]


def test_an_interruption_that_somebody_keeps_to_himself_is_told_all_the_same() -> None:
    def work() -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt), interrupt_on_signals():
        work()


@pytest.mark.timeout(60)
def test_no_lock_stays_taken_wherever_a_signal_comes() -> None:
    interrupted = 0

    def work() -> None:
        nonlocal interrupted
        held, told = queue.Queue[int](1), threading.Condition()
        try:
            with interrupt_on_signals():
                held.put(1)
                held.get()
                with told:
                    told.notify_all()
        except KeyboardInterrupt:
            interrupted += 1
        assert held.mutex.acquire(blocking=False)
        assert told.acquire(blocking=False)

    moments = at_every_moment(work, {"threading", "queue"}, signal.SIGTERM)
    assert moments == interrupted > 50


STUBBORN = """
import sys, time
from harness.cli import stopping
stopping._AT_LAST_S = float(sys.argv[1])
with stopping.interrupt_on_signals():
    while True:
        try:
            print("ready", flush=True)
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            pass
"""


@contextmanager
def stubborn(at_last_s: float, stderr: int = subprocess.PIPE) -> "Iterator[subprocess.Popen[str]]":
    """Start a process that keeps its interruptions to itself."""
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN, str(at_last_s)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@needs_signals
def test_the_second_signal_ends_a_block_that_does_not_end() -> None:
    with stubborn(60) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, told.strip()) == (2, "exit 2: interrupted")


@needs_signals
def test_a_block_that_does_not_end_is_ended_at_last() -> None:
    with stubborn(0.1) as process:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    words = "exit 2: interrupted; it did not end within 0.1 s"
    assert (process.returncode, told.strip()) == (2, words)


@needs_signals
@pytest.mark.parametrize("at_last_s", [0.1, 60])
def test_it_is_ended_though_nobody_reads_what_it_says(at_last_s: float) -> None:
    end, full = os.pipe()
    os.set_blocking(full, False)
    with suppress(BlockingIOError):
        while True:
            os.write(full, bytes(65_536))
    os.set_blocking(full, True)
    try:
        with stubborn(at_last_s, full) as process:
            process.send_signal(signal.SIGINT)
            if at_last_s > 1:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                process.send_signal(signal.SIGINT)
            assert process.wait(30) == 2
    finally:
        os.close(end)
        os.close(full)
