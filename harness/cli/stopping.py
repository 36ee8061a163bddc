"""Turns Ctrl-C and SIGTERM into a request to stop; the second one ends the process."""

import _thread
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_Handler = Callable[[int, FrameType | None], None]
_LOOK_S = 0.05
_MOMENT_S = 0.002
_MOST_MOMENTS = 50
"""After so many it is not about to take a lock but waits for one."""
_AT_LAST_S = 10.0
_STEP_BY_STEP = {
    "threading", "queue", "logging", "contextlib", "importlib._bootstrap", "_frozen_importlib",
    __name__,
}  # fmt: skip
"""Modules in Python that take locks, or handlers, step by step: after an error between two steps
one would stay taken."""
_READER_S = 0.5
"""Longest wait for somebody to read what is on stderr."""
_SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it


class Stop(threading.Event):
    """An event without a lock: a handler may set it whatever its thread is at."""

    def __init__(self) -> None:
        super().__init__()
        self._is_set = False
        self.is_signalled = False
        """Whether a signal has set it, and not who made the calls."""

    def is_set(self) -> bool:
        """Whether the run is to stop."""
        return self._is_set

    def set(self) -> None:
        """Let the run stop."""
        self._is_set = True

    def clear(self) -> None:
        """Let it go on."""
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the run is to stop, for so many seconds at most; give whether it is."""
        until = float("inf") if timeout is None else time.monotonic() + timeout
        while not self._is_set and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_S))
        return self._is_set


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Give an event that the first signal sets; handlers are put back at the end of the block.

    Only the main thread may have handlers: in another one nothing but its caller sets the event.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_signalled:
            _say("\nexit 2: interrupted; the run can be resumed\n", is_last=True)
            os._exit(2)  # what was saved is safe: every commit is durable
        stop.is_signalled = True
        stop.set()
        _say("\nstopping: calls in flight get 5 s; once more to stop at once\n")

    before: dict[int, Any] = {}
    try:
        _take_over(on_signal, before)
        yield stop
    finally:
        _put_back(before)


class _Interruption:
    """A signal that is to end a block, from when it comes until the block has ended."""

    def __init__(self) -> None:
        self.was_told = False
        self._number: int = signal.SIGINT
        self._is_over = False
        self._comes_again = False
        self._moments = _MOST_MOMENTS
        self._sending = _thread.allocate_lock()
        self._end = _thread.allocate_lock()
        self._end.acquire()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, now or a moment later; the second one ends the process."""
        if self._is_over:
            self.was_told = True
            return
        if self.was_told and not self._comes_again:
            _say("\nexit 2: interrupted\n", is_last=True)
            os._exit(2)
        if not self.was_told:
            self.was_told, self._number = True, number
            _start(self._await_end)
        self._comes_again = False
        if self._moments and _is_between_steps(frame) and self._come_again():
            self._moments -= 1
            return
        raise KeyboardInterrupt

    def on_unraisable(self, lost: "sys.UnraisableHookArgs") -> bool:
        """Take care of an interruption that could not be raised; False: it is another error."""
        is_ours = self.was_told and isinstance(lost.exc_value, KeyboardInterrupt)
        return is_ours and (self._is_over or self._come_again())

    def over(self) -> None:
        """Take no more signals: the block has ended."""
        self._is_over = True
        with self._sending:  # what is sent from here on would meet handlers that are not ours
            self._end.release()

    def _come_again(self) -> bool:
        """Send the signal once more, a moment later; False: it cannot be."""
        self._comes_again = True  # before it can come
        if not _start(partial(self._send, threading.get_ident())):
            self._comes_again = False
            return False
        return True

    def _send(self, thread: int) -> None:
        time.sleep(_MOMENT_S)
        with self._sending:
            if self._is_over:
                return
            if sys.platform == "win32":
                _thread.interrupt_main(self._number)
            else:
                signal.pthread_kill(thread, self._number)  # it hears of it, whatever it waits in

    def _await_end(self) -> None:
        if not self._end.acquire(timeout=_AT_LAST_S):
            _say(f"\nexit 2: interrupted; it did not end within {_AT_LAST_S:g} s\n", is_last=True)
            os._exit(2)


def _start(work: Callable[[], None]) -> bool:
    """Start a thread within a handler, without a lock of `threading`; False: there can be none."""
    try:
        _thread.start_new_thread(work, ())
    except RuntimeError:
        return False
    return True


def _is_between_steps(frame: FrameType | None) -> bool:
    """Whether an exception raised here may leave a lock taken, for which others would wait."""
    return frame is not None and frame.f_globals.get("__name__") in _STEP_BY_STEP


@contextmanager
def interrupt_on_signals() -> Iterator[None]:
    """Let every signal to stop end a block with KeyboardInterrupt, whatever it meets on its way.

    Compiled code that a signal interrupts may raise an error of its own in its place, and others
    may take it for one and go on: whatever became of the block, that is no bug and no success, and
    is told as the interruption it is. Where nothing can be raised, in `__del__` or in a callback
    of compiled code, and where a lock would stay taken, it is raised a moment later. The second
    signal ends the process at once, and so does a block that has not ended 10 s after the first.
    Only the main thread may have handlers: in another one, whoever started it has its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interruption = _Interruption()

    def on_unraisable(lost: "sys.UnraisableHookArgs") -> None:
        if not interruption.on_unraisable(lost):
            tell_unraisable(lost)

    tell_unraisable = sys.unraisablehook
    before: dict[int, Any] = {}
    try:
        sys.unraisablehook = on_unraisable
        _take_over(interruption.on_signal, before)
        yield
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        if interruption.was_told:
            raise KeyboardInterrupt from error
        raise
    finally:
        interruption.over()
        sys.unraisablehook = tell_unraisable
        _put_back(before)
    if interruption.was_told:
        raise KeyboardInterrupt


@contextmanager
def ignore_ctrl_c() -> Iterator[None]:
    """Leave Ctrl-C to another program on the same terminal for a block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _take_over(handler: _Handler, before: "dict[int, Any]") -> None:
    """Let a handler have every signal to stop; note what had it before.

    One that was ignored stays so: `nohup` asks for that, and a shell for what is in its background.
    """
    for number in _SIGNALS:
        had = signal.getsignal(number)
        if had is not signal.SIG_IGN:
            before[number] = had
            signal.signal(number, handler)


def _put_back(before: "dict[int, Any]") -> None:
    for number, handler in before.items():
        signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _say(text: str, *, is_last: bool = False) -> None:
    """Write past the stream's buffer: a handler may run in the middle of a write to it.

    Where nobody reads what is there already, nothing is said: who writes more would wait for ever.
    """
    with contextlib.suppress(OSError, ValueError, AttributeError):
        stderr = sys.stderr.fileno()
        if is_last and sys.stderr.isatty():
            text = _SHOW_CURSOR + text
        if sys.platform == "win32" or select.select([], [stderr], [], _READER_S)[1]:
            os.write(stderr, text.encode())
