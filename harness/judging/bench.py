"""The end of the line at which answers are stored as they come, and judged in turn.

The worker ends when the line is closed, once what it was given is saved, so that none outlives
whoever started it by more than two seconds.
"""

import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from harness.data.record import Record
from harness.errors import StoreError
from harness.judging.frames import BATCH, READ_BYTES, Job, Sign, frame, frames, jobs_of
from harness.judging.room import JudgeOne, unstorable
from harness.store import RunWriter
from harness.store.codec import record_bytes

_SIGN_S = 0.5
"""A worker that judges gives a sign of life at least this often."""
_LAST_WORDS_S = 2.0
"""Longest that a worker goes on after whoever started it is gone."""
_LOOK_S = 0.02
"""Time without a look at the line after which the one who judges looks between two signs."""
_LATE_S = 0.05
"""Time without a look at the line after which another thread looks, in place of who judges."""
_SOON_S = 0.005
"""Time between two of its looks while something comes."""

Equip = Callable[[Any, Sequence[int]], tuple[RunWriter, Callable[[], JudgeOne]]]
"""Gives where calls are stored, at once, and what makes the judge, which may take its time."""


def serve(number: int, equip: Equip) -> None:
    """Store and judge what comes over the line with this file descriptor until it is closed.

    What `equip` is given is the equipment, and the files that came with it. They stay open as long
    as this process lives: one of them holds the run.
    """
    with socket.socket(fileno=number) as line:
        _end_with(line)
        came = bytearray()
        chunk, shared, *_ = socket.recv_fds(line, READ_BYTES, 2)
        while chunk:
            came += chunk
            if (body := next(frames(came), None)) is not None:
                writer, prepare = equip(msgspec.msgpack.decode(body), shared)
                _Bench(line, writer, came).work(prepare)
                return
            chunk = line.recv(READ_BYTES)


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
    """Stores what comes at once, judges it in order, and says so.

    Who judges looks at the line when nothing is left to judge, and between two signs. Where that
    takes long, another thread looks meanwhile: what is answered is paid for, and does not wait
    unsaved for a judge.
    """

    def __init__(self, line: socket.socket, writer: RunWriter, came: bytearray) -> None:
        self._line = line
        self._writer = writer
        self._came = came
        self._jobs: deque[Job] = deque()
        """Stored and not judged."""
        self._is_awaited = False
        """Whether somebody waits for those before to be saved."""
        self._is_closed = False
        self._looking = threading.Lock()
        """Held by the one who looks at the line, and stores what is on it."""
        self._looked = time.monotonic()
        """When the one who judges last did, seconds."""
        self._saying = threading.Lock()
        """Several threads speak: who judges, who stores, who looks meanwhile."""

    def work(self, prepare: Callable[[], JudgeOne]) -> None:
        """Store and judge until the line is closed, or nothing can be saved any more."""
        try:
            self._store()  # what came with the equipment
            threading.Thread(target=self._look_meanwhile, name="revgate-look", daemon=True).start()
            judge = prepare()
            self._say(Sign())
            while self._wait():
                self._judge(judge)
            self._writer.close()
        except StoreError as error:
            self._say(Sign(failure=str(error)))

    def _wait(self) -> bool:
        """Wait for calls to judge; False: the line is closed, and all are judged."""
        while not self._jobs or time.monotonic() - self._looked > _LOOK_S:
            if not self._jobs and self._is_awaited:
                self._is_awaited = False
                self._writer.flush()
            with self._looking:
                if self._jobs:
                    self._look_on()
                elif self._is_closed:
                    return False
                elif not self._is_awaited:
                    self._look()
                self._looked = time.monotonic()
        return True

    def _judge(self, judge: JudgeOne) -> None:
        """Judge some calls, until it is time for a sign."""
        records: list[bytes] = []
        began = time.monotonic()
        while self._jobs and len(records) < BATCH and time.monotonic() - began <= _SIGN_S:
            record, stored = _storable(judge(*self._jobs.popleft()))
            self._writer.put_record(record, stored)
            records.append(stored)
        self._say(Sign(records))
        self._writer.when_saved(partial(self._tell, len(records)))

    def _look_meanwhile(self) -> None:
        """Look at the line in place of the one who judges, while that takes long."""
        wait_s = _LATE_S
        while not self._is_closed:
            time.sleep(wait_s)
            wait_s = _LATE_S
            is_late = time.monotonic() - self._looked > _LATE_S
            if not is_late or not self._looking.acquire(blocking=False):
                continue
            try:
                if self._look_on():
                    wait_s = _SOON_S
            except StoreError as error:
                self._say(Sign(failure=str(error)))
                return
            finally:
                self._looking.release()

    def _look_on(self) -> bool:
        """Take and store all that the line holds, without waiting; give whether that was any."""
        came = False
        while self._look(socket.MSG_DONTWAIT):
            came = True
        return came

    def _look(self, flags: int = 0) -> bool:
        """Take what the line holds, and store it; False: there is nothing more."""
        try:
            chunk = self._line.recv(READ_BYTES, flags)
        except BlockingIOError:
            return False
        except ConnectionResetError:  # it left without hearing us out: told once, before what it
            return True  # said last
        self._is_closed = not chunk
        self._came += chunk
        self._store()
        return bool(chunk)

    def _store(self) -> None:
        """Store the calls that came; none in a frame: those before are to be saved at once."""
        for body in frames(self._came):
            jobs = jobs_of(body)
            for _, exchange in jobs:
                self._writer.put_exchange(exchange)
            self._jobs.extend(jobs)
            self._is_awaited = self._is_awaited or not jobs

    def _tell(self, count: int, failure: StoreError | None) -> None:
        self._say(Sign(saved=count) if failure is None else Sign(failure=str(failure)))

    def _say(self, sign: Sign) -> None:
        try:
            with self._saying:
                self._line.sendall(frame(sign))
        except OSError:
            pass  # nobody listens any more: what was given is still saved


def _storable(record: Record) -> tuple[Record, bytes]:
    """Give the record as it is stored, or a fault in place of one that could not be."""
    try:
        return record, record_bytes(record)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        record = unstorable(record, error)
        return record, record_bytes(record)
