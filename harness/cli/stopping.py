"""Turns Ctrl-C and SIGTERM into a request to stop; the second one ends the process."""

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_BEHIND_IT_S = 0.01
_SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Give an event that the first signal sets; handlers are put back at the end of the block.

    Only the main thread may have handlers: in another one nothing but its caller sets the event.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            _say("\nexit 2: interrupted; the run can be resumed\n", is_last=True)
            os._exit(2)  # what was saved is safe: every commit is durable
        stop.set()
        _say("\nstopping: calls in flight get 5 s; once more to stop at once\n")

    before = [signal.signal(number, on_signal) for number in _SIGNALS]
    try:
        yield stop
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def interrupt_on_signals() -> Iterator[None]:
    """Let every signal to stop end a block with KeyboardInterrupt, whatever it meets on its way.

    Compiled code that a signal interrupts may raise an error of its own in its place: that is no
    bug, and is told as the interruption it is. Where nothing can be raised, in `__del__` or in a
    callback of compiled code, it is raised again a moment later. Only the main thread may have
    handlers: in another one, whoever started it has its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    was_told = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal was_told
        was_told = True
        signal.default_int_handler(number, frame)

    def on_unraisable(lost: "sys.UnraisableHookArgs") -> None:
        if was_told and isinstance(lost.exc_value, KeyboardInterrupt):
            again.append(threading.Timer(_BEHIND_IT_S, _thread.interrupt_main))
            again[-1].daemon = True
            again[-1].start()
        else:
            tell_unraisable(lost)

    again: list[threading.Timer] = []
    tell_unraisable = sys.unraisablehook
    before = [signal.signal(number, on_signal) for number in _SIGNALS]
    sys.unraisablehook = on_unraisable
    try:
        yield
    except Exception as error:
        if was_told:
            raise KeyboardInterrupt from error
        raise
    finally:
        for timer in again:
            timer.cancel()
        sys.unraisablehook = tell_unraisable
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _say(text: str, *, is_last: bool = False) -> None:
    """Write past the stream's buffer: a handler may run in the middle of a write to it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if is_last and sys.stderr.isatty():
            text = _SHOW_CURSOR + text
        os.write(sys.stderr.fileno(), text.encode())
