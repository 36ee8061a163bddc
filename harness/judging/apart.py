"""Judges in a process of its own, so that judging takes no time from calling."""

import threading
from collections import deque
from collections.abc import Callable

from harness.clock import Clock
from harness.data.exchange import Exchange, Fault
from harness.data.record import Record
from harness.data.suite import Case
from harness.judging.here import JudgingRoom
from harness.judging.room import (
    DEADLINE_S,
    MOST_WAITING_BYTES,
    Deliver,
    JudgeOne,
    bytes_of,
    late,
)
from harness.judging.worker import Job, Worker
from harness.store.codec import record_of

_MOST_WAITING = 4096
_BATCH = 256
_ENOUGH = 128
"""Calls worth a hand-over; fewer wait a moment for more."""
_LINGER_S = 0.02
_POLL_S = 0.05
_AWAY = 2
"""Hand-overs the worker has at once: it begins the next while the last one's records are kept."""


class RoomApart:
    """Judges exchanges in a worker process and delivers records in order.

    Calls are handed over in batches. When the worker dies or hangs on one, those it had are judged
    one by one, each in a process that is known to be well: what ends it again is a `plugin` fault.
    Where no worker can be started, they are judged here.
    """

    def __init__(
        self,
        start: Callable[[], Worker],
        judge: JudgeOne,
        deliver: Deliver,
        clock: Clock,
        deadline_s: float = DEADLINE_S,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._start = start
        self._judge = judge
        self._deliver = deliver
        self._clock = clock
        self._deadline_s = deadline_s
        self._most_waiting = most_waiting
        self._enough = min(_ENOUGH, max(1, most_waiting // 2))
        self._jobs: deque[Job] = deque()
        self._put_bytes = self._taken_bytes = 0  # each written by one thread only: no lock
        self._is_closing = False
        self._hurry = threading.Event()
        """Set when there is enough for a hand-over, and at the end."""
        self._freed = threading.Event()
        self._failure: BaseException | None = None
        self._is_well = False
        """Whether this worker has ever answered."""
        self._away: deque[deque[Job]] = deque()
        self._last_sign = 0.0
        """When the worker last gave records, or got work after it had none; monotonic seconds."""
        self._here: JudgingRoom | None = None
        self._worker: Worker | None = self._started()
        self._thread = threading.Thread(target=self._run, name="revgate-judge", daemon=True)
        self._thread.start()

    def put(self, case: Case, exchange: Exchange) -> None:
        """Hand over an exchange; waits while the room is full."""
        size = bytes_of(exchange)
        while not self._may_enter(size):
            self._raise_failure()
            self._freed.clear()
            if not self._may_enter(size):
                self._freed.wait(_POLL_S)
        self._raise_failure()
        self._put_bytes += size
        self._jobs.append((case, exchange))
        if len(self._jobs) >= self._enough and not self._hurry.is_set():
            self._hurry.set()

    def has_room(self) -> bool:
        """Whether more may be handed over without waiting for it: half of the room is free."""
        waiting_bytes = self._put_bytes - self._taken_bytes
        return len(self._jobs) * 2 <= self._most_waiting and waiting_bytes * 2 <= MOST_WAITING_BYTES

    def watch(self) -> None:
        """Raise what a delivery raised; deadlines are kept by the room's own thread."""
        self._raise_failure()

    def close(self) -> None:
        """Judge what is left, then end worker and thread."""
        self._is_closing = True
        self._hurry.set()
        self._thread.join()
        self._raise_failure()

    def _may_enter(self, size: int) -> bool:
        waiting_bytes = self._put_bytes - self._taken_bytes
        fits = not waiting_bytes or waiting_bytes + size <= MOST_WAITING_BYTES
        return fits and len(self._jobs) < self._most_waiting

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            while self._step():
                pass
            if self._here is not None:
                self._here.close()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._failure = self._failure or error
        finally:
            if self._worker is not None:
                self._worker.end()

    def _step(self) -> bool:
        """Hand over what waits, keep what came back; False: all is done."""
        if len(self._away) < _AWAY and (batch := self._next_batch()):
            if self._worker is None:
                self._judge_here(batch)
                return True
            self._worker.give(batch)
            if not self._away:
                self._last_sign = self._clock.monotonic()
            self._away.append(deque(batch))
        if not self._away:
            return bool(self._jobs) or not self._is_closing
        if not self._take_back(_LINGER_S if len(self._away) < _AWAY else _POLL_S):
            self._judge_one_by_one()
        return True

    def _next_batch(self) -> list[Job]:
        """Give what is to be handed over next; waits for it where nothing else is to be done."""
        if not self._away and not self._is_closing and len(self._jobs) < self._enough:
            self._hurry.wait(_POLL_S if not self._jobs else _LINGER_S)
        if len(self._jobs) < self._enough:
            self._hurry.clear()
            if self._away and not self._is_closing:
                return []
        batch: list[Job] = []
        size = 0
        while self._jobs and len(batch) < _BATCH and size <= MOST_WAITING_BYTES // 8:
            case, exchange = self._jobs.popleft()
            size += bytes_of(exchange)
            batch.append((case, exchange))
        self._taken_bytes += size
        self._freed.set()
        return batch

    def _take_back(self, timeout_s: float) -> bool:
        """Deliver the records that came; False when the worker is gone or hangs."""
        assert self._worker is not None  # noqa: S101 - something is away
        now = self._clock.monotonic()
        try:
            for records in self._worker.take(timeout_s):
                self._last_sign = now
                self._is_well = True  # its first list is empty: it says that it is ready
                for stored in records:
                    self._tell(*self._away[0].popleft(), record_of(stored), stored)
                if not self._away[0]:
                    self._away.popleft()
        except EOFError:
            return False
        return now - self._last_sign <= self._deadline_s

    def _judge_one_by_one(self) -> None:
        """Find out whose judgement ended the worker, or outlived its deadline, and go on."""
        jobs = [job for batch in self._away for job in batch]
        self._away.clear()
        self._renew()
        for place, job in enumerate(jobs):
            if self._worker is None or not self._is_judged(job):
                self._judge_here(jobs[place:])
                return

    def _is_judged(self, job: Job) -> bool:
        """Judge one call in the worker, whatever becomes of that; False: no worker can be had."""
        assert self._worker is not None  # noqa: S101 - looked at before
        self._worker.give([job])
        self._away.append(deque([job]))
        self._last_sign = self._clock.monotonic()
        while self._away and self._take_back(_POLL_S):
            pass
        if not self._away:
            return True
        self._away.clear()
        is_late = self._clock.monotonic() - self._last_sign > self._deadline_s
        if not self._renew():
            return False
        self._tell(*job, late(job[1], self._deadline_s) if is_late else _deadly(job[1]))
        return True

    def _renew(self) -> bool:
        """Put another worker in the place of this one; give whether this one had ever answered."""
        was_well = self._is_well
        if self._worker is not None:
            self._worker.end()
        self._is_well = False
        self._worker = self._started() if was_well else None
        return was_well

    def _started(self) -> Worker | None:
        try:
            return self._start()
        except OSError:
            return None

    def _judge_here(self, jobs: list[Job]) -> None:
        if self._here is None:
            self._here = JudgingRoom(self._judge, self._deliver, self._clock, self._deadline_s)
        for case, exchange in jobs:
            self._here.put(case, exchange)

    def _tell(
        self, case: Case, exchange: Exchange, record: Record, stored: bytes | None = None
    ) -> None:
        try:
            self._deliver(case, exchange, record, stored)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._failure = self._failure or error


def _deadly(exchange: Exchange) -> Record:
    fault = Fault(
        kind="plugin",
        message="the process that judged this answer ended",
        hint="a task or check brings it down; `revgate plugins` says whose they are",
    )
    return Record(seq=exchange.seq, fault=fault, latency_s=exchange.latency_s)
