"""Starts or copies a process in which answers are stored and judged, and gives it work."""

import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.copied import Copy, copied
from harness.judging.frames import READ_BYTES, Job, Sign, frame, frames, sign_of

CAN_START = os.name == "posix" and bool(sys.executable)
"""Whether a process can be given its end of the line here."""


class Worker:
    """The end of the line that gives work."""

    def __init__(self, process: "subprocess.Popen[bytes] | Copy", line: socket.socket) -> None:
        self._process = process
        self._line = line
        self._line.setblocking(False)
        self._out = bytearray()
        self._in = bytearray()

    def equip(self, equipment: Mapping[str, Any], inherited: tuple[int, int]) -> None:
        """Say what is to be done, once; the process gets file descriptors of this one as well."""
        first = frame(equipment)
        try:
            sent = socket.send_fds(self._line, [first], inherited)
        except OSError:
            return  # it has ended: `take` says so
        self._out += first[sent:]

    def give(self, jobs: Sequence[Job]) -> None:
        """Hand over calls; what the line cannot hold travels while signs are looked for.

        None at all: those before are to be saved at once.
        """
        self._out += frame(jobs)
        self._send()

    def take(self, timeout_s: float) -> Iterator[Sign]:
        """Wait at most `timeout_s` for signs; EOFError: the worker has ended."""
        ready = self._poll(timeout_s)
        if ready & select.POLLOUT:
            self._send()
        if ready & ~select.POLLOUT:
            try:
                came = self._line.recv(READ_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                raise EOFError from error
            if not came:
                raise EOFError
            self._in += came
            yield from map(sign_of, frames(self._in))

    def _send(self) -> None:
        try:
            del self._out[: self._line.send(self._out)]
        except BlockingIOError:
            pass
        except OSError:
            self._out.clear()  # it has ended: `take` says so

    def _poll(self, timeout_s: float) -> int:
        """Give what the line is ready for; not with `select`, which knows 1,024 files."""
        poll = select.poll()
        poll.register(self._line, select.POLLIN | (select.POLLOUT if self._out else 0))
        return next((events for _, events in poll.poll(timeout_s * 1000)), 0)

    def end(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        self._line.close()
        self._process.kill()
        self._process.wait()


def copy_worker(work: Callable[[int], None]) -> Worker:
    """Have a copy of this process do `work`, which is given its end of the line.

    To be called where `may_copy`; raises OSError where it cannot be.
    """
    ours, theirs = socket.socketpair()

    def there() -> None:
        ours.close()  # it sees that nobody is left once the last of these ends is closed
        work(theirs.detach())

    with theirs:
        try:
            process = copied(there)
        except OSError:
            ours.close()
            raise
    return Worker(process, ours)


def start_worker(module: str) -> Worker:
    """Start `python -m module LINE`, which calls `serve`; raises OSError where it cannot be.

    It imports what it needs, and waits for its equipment.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", module, str(number)],
                stdin=subprocess.DEVNULL,
                pass_fds=(number,),
                start_new_session=True,  # a Ctrl-C is for the run: it still wants its records
            )
        except OSError:
            ours.close()
            raise
    return Worker(process, ours)
