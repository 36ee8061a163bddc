"""A process in which answers are judged, and both ends of the line to it.

Frames go both ways: four bytes of length, then MessagePack. The first one equips the worker, which
answers with an empty list when it is ready; each further one holds calls to be judged, and their
records come back in the same order, in one frame or in several. The worker ends when the line is
closed, so that none outlives whoever started it.
"""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from harness.data.exchange import Exchange
from harness.data.record import Record
from harness.data.suite import Case
from harness.judging.room import JudgeOne, unstorable
from harness.store.codec import record_bytes

CAN_START = os.name == "posix" and bool(sys.executable)
"""Whether a process can be given its end of the line here."""

_READ_BYTES = 1 << 16
"""At once: room for more would be allotted anew each time."""
_LENGTH_BYTES = 4
_SIGN_S = 0.5
"""A worker that judges gives a sign of life at least this often."""

Job = tuple[Case, Exchange]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
_JOBS = msgspec.msgpack.Decoder(list[Job])
_RECORDS = msgspec.msgpack.Decoder(list[bytes])


class Worker:
    """The end of the line that gives work."""

    def __init__(self, process: "subprocess.Popen[bytes]", line: socket.socket) -> None:
        self._process = process
        self._line = line
        self._line.setblocking(False)
        self._out = bytearray()
        self._in = bytearray()

    def give(self, jobs: Sequence[Job]) -> None:
        """Hand over calls to be judged; they travel while answers are waited for."""
        self._out += _frame(_ENCODER.encode(jobs))

    def take(self, timeout_s: float) -> Iterator[list[bytes]]:
        """Wait at most `timeout_s` for records as they are stored; EOFError: it has ended."""
        ready = self._poll(timeout_s)
        if ready & select.POLLOUT:
            try:
                del self._out[: self._line.send(self._out)]
            except BlockingIOError:
                pass
            except OSError as error:
                raise EOFError from error
        if ready & ~select.POLLOUT:
            try:
                came = self._line.recv(_READ_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                raise EOFError from error
            if not came:
                raise EOFError
            self._in += came
            yield from map(_RECORDS.decode, _frames(self._in))

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


def start_worker(module: str, equipment: Mapping[str, Any]) -> Worker:
    """Start `python -m module`, which calls `serve`; raises OSError where that is not possible."""
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
    worker = Worker(process, ours)
    worker._out += _frame(_ENCODER.encode(equipment))  # noqa: SLF001 - made here
    return worker


def serve(number: int, equip: Callable[[Any], JudgeOne]) -> None:
    """Judge what comes over the line with this file descriptor until it is closed."""
    with socket.socket(fileno=number) as line:
        came = bytearray()
        judge: JudgeOne | None = None
        while chunk := line.recv(_READ_BYTES):
            came += chunk
            for body in _frames(came):
                answers: Iterable[list[bytes]] = [[]]
                if judge is None:
                    judge = equip(msgspec.msgpack.decode(body))
                else:
                    answers = _judged(judge, _JOBS.decode(body))
                try:
                    for records in answers:
                        line.sendall(_frame(_ENCODER.encode(records)))
                except OSError:
                    return  # nobody listens any more


def _judged(judge: JudgeOne, jobs: list[Job]) -> Iterator[list[bytes]]:
    """Give the records of calls as they are stored, now and then what is there so far."""
    records: list[bytes] = []
    signed = time.monotonic()
    for case, exchange in jobs:
        records.append(_storable(judge(case, exchange)))
        if time.monotonic() - signed > _SIGN_S:
            yield records
            records, signed = [], time.monotonic()
    if records:
        yield records


def _storable(record: Record) -> bytes:
    """Give the record, or a fault in place of one that could not be stored."""
    try:
        return record_bytes(record)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        return record_bytes(unstorable(record, error))


def _frame(body: bytes) -> bytes:
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def _frames(came: bytearray) -> Iterator[bytes]:
    """Take whole frames off what came."""
    while len(came) >= _LENGTH_BYTES:
        end = _LENGTH_BYTES + int.from_bytes(came[:_LENGTH_BYTES], "big")
        if len(came) < end:
            return
        body = bytes(memoryview(came)[_LENGTH_BYTES:end])
        del came[:end]
        yield body
