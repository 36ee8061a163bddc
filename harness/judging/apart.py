"""Stores and judges in a process of its own, so that neither takes time from calling."""

import threading
from collections import deque
from collections.abc import Callable

from harness.clock import Clock
from harness.data.exchange import Exchange, Fault
from harness.data.record import Record
from harness.data.suite import Case
from harness.judging.frames import BATCH, Job, Sign
from harness.judging.here import JudgingRoom
from harness.judging.room import (
    DEADLINE_S,
    LOOK_S,
    MOST_APART,
    MOST_WAITING_BYTES,
    POLL_S,
    Deliver,
    JudgeOne,
    Keep,
    LastMoment,
    bytes_of,
    late,
)
from harness.judging.worker import Worker
from harness.store.codec import record_of
from harness.store.writer import UnwritableError

_MOST_UNSAVED = 8192
"""Calls that are judged and not durable yet: those of a second on a slow disk."""
_LINGER_S = 0.02
"""Longest that a call waits for others to be handed over with."""


class RoomApart:
    """Gives exchanges to a worker process, which stores and judges them; delivers their records.

    All of it happens in the thread that hands over, without waiting: another one here would take
    from it what the process spares it. A call is kept in mind until it is durable. When the worker
    dies or hangs, the calls it had are given to the next one; those it was judging go one by one,
    each to a process that is known to be well: what ends it again is a `plugin` fault. Meanwhile
    all are stored here. Where no worker can be started, calls are judged here. Once `stop` is set
    nothing waits for a judge: what is stored is judged when the run is gone on with.
    """

    def __init__(
        self,
        start: Callable[[], Worker],
        judge: JudgeOne,
        keep: Keep,
        deliver: Deliver,
        clock: Clock,
        deadline_s: float = DEADLINE_S,
        most_waiting: int = MOST_APART,
        stop: threading.Event | None = None,
    ) -> None:
        self._stop = stop or threading.Event()
        self._start = start
        self._judge = judge
        self._keep = keep
        self._deliver = deliver
        self._clock = clock
        self._deadline_s = deadline_s
        self._most_waiting = most_waiting
        self._enough = min(BATCH, max(1, most_waiting // 2))
        self._jobs: deque[Job] = deque()
        """Not handed over yet."""
        self._since = 0.0
        """When the first of them came, monotonic seconds."""
        self._away: deque[Job] = deque()
        """Handed over and not judged, in order."""
        self._judged: deque[tuple[Exchange, bytes]] = deque()
        """Those before, judged and not known to be durable, with their records as stored."""
        self._suspects: deque[Job] = deque()
        """Calls one of which ended the worker: they go one by one."""
        self._is_trial = False
        """Whether the call that is away is one of them."""
        self._waiting_bytes = 0
        self._last_sign = 0.0
        """When the worker last gave a sign, or got work after it had none; monotonic seconds."""
        self._last_turn = 0.0
        self._is_well = False
        """Whether this worker has ever given a sign."""
        self._is_over = False
        """Whether nothing can be stored any more."""
        self._here: JudgingRoom | None = None
        self._worker = self._started()
        if self._worker is None:
            self._go_on_here()

    def put(self, case: Case, exchange: Exchange) -> None:
        """Hand over an exchange; waits while the room is full, unless it is to stop."""
        size = bytes_of(exchange)
        while self._here is None and not self._may_enter(size) and not self._stop.is_set():
            self._turn(POLL_S, is_due=True)
        if self._here is not None:
            self._here.put(case, exchange)
            return
        if not self._jobs:
            self._since = self._clock.monotonic()
        if self._suspects or self._is_trial:
            self._keep(exchange)  # it is given to a worker once those are judged, which may hang
        self._waiting_bytes += size
        self._jobs.append((case, exchange))
        if len(self._jobs) >= self._enough:
            self._turn(0.0)

    def has_room(self) -> bool:
        """Whether more may be handed over without waiting for it: half of the room is free."""
        if self._here is not None:
            return self._here.has_room()
        is_light = self._waiting_bytes * 2 <= MOST_WAITING_BYTES
        is_near = len(self._judged) * 2 <= _MOST_UNSAVED
        return is_light and is_near and self._unjudged() * 2 <= self._most_waiting

    def watch(self) -> float:
        """Hand over what has waited, take what has come, see to deadlines."""
        if self._here is not None:
            return self._here.watch()
        if not self._unjudged() and not self._judged:
            return POLL_S
        now = self._clock.monotonic()
        if now - self._last_turn >= LOOK_S:
            self._turn(0.0, is_due=now - self._since >= _LINGER_S)
        return _LINGER_S if self.has_room() else LOOK_S

    def close(self) -> None:
        """Judge what is left, and wait until all is durable; then end the worker.

        When it is to stop, only for a moment: then what is left is stored here.
        """
        is_hurried, moment = False, LastMoment(self._stop, self._clock)
        try:
            while self._here is None and self._is_at_work() and not moment.is_over():
                if self._jobs or self._suspects:
                    is_hurried = False
                elif not is_hurried and self._worker is not None:
                    self._worker.give(())  # the last do not wait for others to be saved with
                    is_hurried = True
                self._turn(POLL_S, is_due=True)
        finally:
            if self._worker is not None:
                self._worker.end()
                self._worker = None
            if self._here is not None:
                self._here.close()
            elif not self._is_over:
                self._store_here()

    def _is_at_work(self) -> bool:
        return not self._is_over and bool(self._unjudged() or self._judged)

    def _store_here(self) -> None:
        """Store what is not known to be durable: the worker that was to do so is gone."""
        while self._judged:
            exchange, stored = self._judged.popleft()
            self._waiting_bytes -= bytes_of(exchange)
            self._keep(exchange, stored)
        for jobs in (self._away, self._suspects, self._jobs):
            for _, exchange in jobs:
                self._keep(exchange)

    def _unjudged(self) -> int:
        return len(self._jobs) + len(self._away) + len(self._suspects)

    def _may_enter(self, size: int) -> bool:
        fits = not self._waiting_bytes or self._waiting_bytes + size <= MOST_WAITING_BYTES
        has_place = self._unjudged() < self._most_waiting and len(self._judged) < _MOST_UNSAVED
        return fits and has_place

    def _turn(self, timeout_s: float, *, is_due: bool = False) -> None:
        """Hand over calls, fewer than enough only when that is due; take signs."""
        assert self._worker is not None  # noqa: S101 - without one, calls are judged here
        self._last_turn = self._clock.monotonic()
        if self._suspects:
            if not self._away:
                self._is_trial = True
                self._give([self._suspects.popleft()])
        else:
            while len(self._jobs) >= (1 if is_due else self._enough):
                count = min(BATCH, len(self._jobs))
                self._give([self._jobs.popleft() for _ in range(count)])
        try:
            for sign in self._worker.take(timeout_s):
                self._last_sign = self._clock.monotonic()
                self._is_well = True
                self._hear(sign)
        except EOFError:
            self._go_on(is_late=False)
        else:
            if self._away and self._clock.monotonic() - self._last_sign > self._deadline_s:
                self._go_on(is_late=True)

    def _give(self, jobs: list[Job]) -> None:
        assert self._worker is not None  # noqa: S101 - looked at before
        if not self._away:
            self._last_sign = self._clock.monotonic()
        self._worker.give(jobs)
        self._away.extend(jobs)

    def _hear(self, sign: Sign) -> None:
        """Deliver the records of a sign, and forget the calls that are durable."""
        if sign.failure:
            self._is_over = True
            raise UnwritableError(sign.failure)
        for stored in sign.records:
            case, exchange = self._away.popleft()
            self._is_trial = False
            self._judged.append((exchange, stored))
            self._deliver(case, exchange, record_of(stored), is_kept=True)
        for _ in range(sign.saved):
            self._waiting_bytes -= bytes_of(self._judged.popleft()[0])

    def _go_on(self, *, is_late: bool) -> None:
        """Put another worker in the place of one that ended or hangs, and give it its calls."""
        assert self._worker is not None  # noqa: S101 - it was looked at
        self._worker.end()  # before anything is stored here: it may be its turn to write
        self._store_here()
        if self._is_trial and self._is_well:
            self._blame(*self._away.popleft(), is_late=is_late)
        doubtful = [self._away.popleft() for _ in range(min(BATCH, len(self._away)))]
        self._suspects.extendleft(reversed(doubtful))
        self._jobs.extendleft(reversed(self._away))
        self._away.clear()
        self._is_trial = False
        self._worker = self._started() if self._is_well else None
        self._is_well = False
        if self._worker is None:
            self._go_on_here()

    def _blame(self, case: Case, exchange: Exchange, *, is_late: bool) -> None:
        """Make a fault of the call that ended the worker, or outlived its deadline."""
        self._waiting_bytes -= bytes_of(exchange)
        fault = late(exchange, self._deadline_s) if is_late else _deadly(exchange)
        self._deliver(case, exchange, fault)

    def _started(self) -> Worker | None:
        try:
            return self._start()
        except OSError:
            return None

    def _go_on_here(self) -> None:
        """Judge in this process from now on, those that were handed over first."""
        here = JudgingRoom(
            self._judge,
            self._keep,
            self._deliver,
            self._clock,
            self._deadline_s,
            max(self._most_waiting, self._unjudged()),
            self._stop,
        )
        for jobs in (self._suspects, self._jobs):
            while jobs:
                here.put(*jobs.popleft())
        self._here = here


def _deadly(exchange: Exchange) -> Record:
    fault = Fault(
        kind="plugin",
        message="the process that judged this answer ended",
        hint="a task or check brings it down; `revgate plugins` says whose they are",
    )
    return Record(seq=exchange.seq, fault=fault, latency_s=exchange.latency_s)
