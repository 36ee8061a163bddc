"""Copies this process: the copy works beside it, and shares what both have loaded."""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_THREADS = Path("/proc/self/task")
"""Has an entry for each of them."""


def may_copy() -> bool:
    """Whether this process can be copied, and there is a processor for the copy.

    Of its threads a copy has only the one that asks for it: what another one holds at that moment,
    a lock or half a list, would stay so for good, and who waits for it waits for ever. So there may
    be no other, those of libraries included.
    """
    if sys.platform != "linux":
        return False
    is_alone = _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1
    return is_alone and len(os.sched_getaffinity(0)) > 1


class Copy:
    """A copy at work."""

    def __init__(self, number: int) -> None:
        self.pid = number
        self._is_gone = False

    def kill(self) -> None:
        """End it, whatever it does; nothing once it has been waited for."""
        if not self._is_gone:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until it is gone."""
        if not self._is_gone:
            with suppress(ChildProcessError):  # where SIGCHLD is ignored, nobody is waited for
                os.waitpid(self.pid, 0)
            gc.unfreeze()
            self._is_gone = True


def copied(work: Callable[[], object]) -> Copy:
    """Do work in a copy of this process, where `may_copy`; raises OSError where none is allowed.

    It has a session of its own, so that a Ctrl-C is not for it, nothing to read from, and ends with
    the work. What that changes in memory is not seen here. Files that are open are the copy's, too.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # there may be none, or nobody who reads it
            stream.flush()  # what was printed is printed once
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # else one may end both, above here
        gc.freeze()  # a collection, here or there, would write to all that is shared
        number = os.fork()
        if not number:
            _work(work, before)
    except BaseException:
        gc.unfreeze()
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return Copy(number)


def _work(work: Callable[[], object], mask: Iterable[int]) -> NoReturn:
    """Do the work in the copy, and end at once: what else would end a process is not ours."""
    code = 1
    try:
        os.setsid()
        for one in _ENDING:
            if signal.getsignal(one) is not signal.SIG_IGN:  # as under `nohup`
                signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - nobody above may go on with it
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
