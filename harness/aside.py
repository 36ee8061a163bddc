"""Does a part of the work in a copy of this process, on a processor of its own."""

import ctypes
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TypeVar

_Made = TypeVar("_Made")
_PR_SET_PDEATHSIG = 1


def may_copy() -> bool:
    """Whether this process can be copied, and there is a processor for the copy.

    Of its threads a copy has only the one that asks for it: what another one holds at that moment,
    a lock or half a list, would stay so for good. So there may be no other.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1


@contextmanager
def aside(work: Callable[[], _Made]) -> Iterator[Callable[[], _Made]]:
    """Start work in a copy of this process, where `may_copy`; give what waits for its outcome.

    That is pickled. Nothing else that the work changes in memory is seen here. Where it raises, the
    copy is killed, or the system allows none, it is done here, so that its errors are raised by who
    waits. The copy ends with the block, and with this process.
    """
    _flush()
    reading, writing = os.pipe()
    original = os.getpid()
    try:
        with warnings.catch_warnings():
            # Newer Pythons warn of any native thread; those of numerical libraries hold nothing.
            warnings.simplefilter("ignore", DeprecationWarning)
            copy = os.fork()
    except OSError:  # as many processes as there may be, or no memory for one more
        os.close(reading)
        os.close(writing)
        yield work
        return
    if not copy:
        os.close(reading)
        _work(work, writing, original)
    os.close(writing)

    def outcome() -> _Made:
        with os.fdopen(reading, "rb", closefd=False) as line:
            told = line.read()
        try:
            made: _Made = pickle.loads(told)  # noqa: S301 - a copy of ourselves wrote it
        except (EOFError, pickle.UnpicklingError):  # it told nothing, or was killed on the way
            return work()
        return made

    try:
        yield outcome
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _work(work: Callable[[], object], writing: int, original: int) -> NoReturn:
    """Do the work in the copy, tell what it made, and end: at once, as its end is not ours."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == original:  # else it ended before that was set
            told = pickle.dumps(work())
            _flush()
            with os.fdopen(writing, "wb") as line:
                line.write(told)
    finally:
        os._exit(0)


def _flush() -> None:
    """Write out what was printed: a copy would have it, too, and drops what it has at its end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # there may be none, or nobody who reads it
            stream.flush()
