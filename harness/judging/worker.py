"""A process in which answers are stored and judged, and both ends of the line to it.

Frames go both ways: four bytes of length, then MessagePack. The first one equips the worker, which
answers with an empty sign when it is ready; each further one holds calls to be stored and judged.
Signs come back: records in the order of the calls, how many further calls are durable with their
records, or why nothing can be saved any more. The worker ends when the line is closed, once what it
was given is saved, so that none outlives whoever started it by more than two seconds.
"""

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from harness.data.exchange import Exchange
from harness.data.noun import Noun
from harness.data.record import Record
from harness.data.suite import Case
from harness.errors import StoreError
from harness.judging.room import JudgeOne, unstorable
from harness.store import RunWriter
from harness.store.codec import record_bytes

CAN_START = os.name == "posix" and bool(sys.executable)
"""Whether a process can be given its end of the line here."""

_READ_BYTES = 1 << 16
"""At once: room for more would be allotted anew each time."""
_LENGTH_BYTES = 4
_SIGN_S = 0.5
"""A worker that judges gives a sign of life at least this often."""
_LAST_WORDS_S = 2.0
"""Longest that a worker goes on after whoever started it is gone."""

Job = tuple[Case, Exchange]


class Sign(Noun, frozen=True, array_like=True):
    """What a worker says."""

    records: list[bytes] = msgspec.field(default_factory=list)
    """Of the next calls, each as it is stored."""
    saved: int = 0
    """How many further calls survive a kill from now on, with their records."""
    failure: str = ""
    """Why nothing can be saved any more."""


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
_JOBS = msgspec.msgpack.Decoder(list[Job])
_SIGN = msgspec.msgpack.Decoder(Sign)


class Worker:
    """The end of the line that gives work."""

    def __init__(self, process: "subprocess.Popen[bytes]", line: socket.socket) -> None:
        self._process = process
        self._line = line
        self._line.setblocking(False)
        self._out = bytearray()
        self._in = bytearray()

    def equip(self, equipment: Mapping[str, Any], inherited: int) -> None:
        """Say what is to be done, once; the process gets a file descriptor of this one as well."""
        frame = _frame(_ENCODER.encode(equipment))
        try:
            sent = socket.send_fds(self._line, [frame], [inherited])
        except OSError:
            return  # it has ended: `take` says so
        self._out += frame[sent:]

    def give(self, jobs: Sequence[Job]) -> None:
        """Hand over calls; what the line cannot hold travels while signs are looked for.

        None at all: those before are to be saved at once.
        """
        self._out += _frame(_ENCODER.encode(jobs))
        self._send()

    def take(self, timeout_s: float) -> Iterator[Sign]:
        """Wait at most `timeout_s` for signs; EOFError: the worker has ended."""
        ready = self._poll(timeout_s)
        if ready & select.POLLOUT:
            self._send()
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
            yield from map(_SIGN.decode, _frames(self._in))

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


def serve(number: int, equip: Callable[[Any], tuple[JudgeOne, RunWriter]]) -> None:
    """Store and judge what comes over the line with this file descriptor until it is closed.

    What `equip` is given is the equipment. The file that came with it stays open as long as this
    process lives: it holds the run.
    """
    with socket.socket(fileno=number) as line:
        _end_with(line)
        bench: _Bench | None = None
        came = bytearray()
        chunk, *_ = socket.recv_fds(line, _READ_BYTES, 1)
        while chunk:
            came += chunk
            for body in _frames(came):
                if bench is None:
                    bench = _Bench(line, *equip(msgspec.msgpack.decode(body)))
                elif not bench.work(_JOBS.decode(body)):
                    return
            chunk = _received(line)
        if bench is not None:
            bench.close()


def _received(line: socket.socket) -> bytes:
    """Wait for bytes; none: the other end is closed, and all it said was read."""
    try:
        return line.recv(_READ_BYTES)
    except ConnectionResetError:  # it left without hearing us out; told once, before its last words
        return line.recv(_READ_BYTES)


def _end_with(line: socket.socket) -> None:
    """End this process soon after the other end is closed, even while a judgement hangs."""

    def wait() -> None:
        poll = select.poll()
        poll.register(line, 0)  # that it is closed there is told unasked
        poll.poll()
        time.sleep(_LAST_WORDS_S)
        os._exit(1)  # SQLite takes back what is half done, as after a kill

    threading.Thread(target=wait, name="revgate-line", daemon=True).start()


class _Bench:
    """The worker's end of the line: stores, judges, and says so."""

    def __init__(self, line: socket.socket, judge: JudgeOne, writer: RunWriter) -> None:
        self._line = line
        self._judge = judge
        self._writer = writer
        self._saying = threading.Lock()
        """Two threads speak: the one that judges, and the one that stores."""
        self._say(Sign())

    def work(self, jobs: list[Job]) -> bool:
        """Store calls, then judge them; False when nothing can be saved any more.

        None at all: whoever gives them waits for those before to be saved.
        """
        try:
            if not jobs:
                self._writer.flush()
                return True
            for _, exchange in jobs:
                self._writer.put_exchange(exchange)
            records: list[bytes] = []
            signed = time.monotonic()
            for case, exchange in jobs:
                record, stored = _storable(self._judge(case, exchange))
                self._writer.put_record(record, stored)
                records.append(stored)
                if time.monotonic() - signed > _SIGN_S:
                    self._say(Sign(records))
                    records, signed = [], time.monotonic()
            self._say(Sign(records))
            self._writer.when_saved(partial(self._tell, len(jobs)))
        except StoreError as error:
            self._say(Sign(failure=str(error)))
            return False
        return True

    def _tell(self, count: int, failure: StoreError | None) -> None:
        self._say(Sign(saved=count) if failure is None else Sign(failure=str(failure)))

    def close(self) -> None:
        """Save what is not saved yet."""
        self._writer.close()

    def _say(self, sign: Sign) -> None:
        try:
            with self._saying:
                self._line.sendall(_frame(_ENCODER.encode(sign)))
        except OSError:
            pass  # nobody listens any more: what was given is still saved


def _storable(record: Record) -> tuple[Record, bytes]:
    """Give the record as it is stored, or a fault in place of one that could not be."""
    try:
        return record, record_bytes(record)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        record = unstorable(record, error)
        return record, record_bytes(record)


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
