"""Judges in a thread off the loop, with a deadline a record."""

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from harness.clock import Clock
from harness.data.exchange import Exchange, Fault
from harness.data.record import Record
from harness.data.suite import Case
from harness.judging.room import (
    DEADLINE_S,
    LOOK_S,
    MOST_HERE,
    MOST_WAITING_BYTES,
    POLL_S,
    Deliver,
    JudgeOne,
    Keep,
    LastMoment,
    bytes_of,
    late,
)

_WAIT_S = 0.2
"""Longest wait without a look at what is late, seconds."""
_Job = tuple[Case, Exchange]


@dataclass(slots=True)
class _Bench:
    """One worker thread's state; an abandoned one delivers nothing."""

    seq: int | None = None
    since: float = 0.0
    latency_s: float | None = None
    is_abandoned: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class JudgingRoom:
    """Stores exchanges, judges them in one thread and delivers records in order.

    A judgement that takes longer than the deadline is a `plugin` fault of that record: its thread
    is left behind and a new one goes on. `deliver` is called from the judging threads. Once `stop`
    is set nothing waits for a judge: what is stored is judged when the run is gone on with.
    """

    def __init__(
        self,
        judge: JudgeOne,
        keep: Keep,
        deliver: Deliver,
        clock: Clock,
        deadline_s: float = DEADLINE_S,
        most_waiting: int = MOST_HERE,
        stop: threading.Event | None = None,
    ) -> None:
        self._stop = stop or threading.Event()
        self._judge = judge
        self._keep = keep
        self._deliver = deliver
        self._clock = clock
        self._deadline_s = deadline_s
        self._jobs: queue.Queue[_Job | None] = queue.Queue(most_waiting)
        self._waiting_bytes = 0
        self._waiting = threading.Condition()
        self._current: dict[int, _Job] = {}
        self._failure: BaseException | None = None
        self._bench, self._thread = self._open()

    def put(self, case: Case, exchange: Exchange) -> None:
        """Store an exchange and hand it over; waits while the room is full, but not to stop."""
        self._keep(exchange)
        size = bytes_of(exchange)
        while True:
            self._raise_failure()
            is_last = self._stop.is_set()
            wait_s = 0.0 if is_last else _WAIT_S
            if self._reserve(size, wait_s):
                try:
                    self._jobs.put((case, exchange), timeout=wait_s)
                except queue.Full:
                    self._release(size)
                else:
                    return
            if is_last:
                return
            self.watch()

    def has_room(self) -> bool:
        """Whether more may be handed over without waiting for it: half of the room is free."""
        is_light = self._waiting_bytes * 2 <= MOST_WAITING_BYTES
        return is_light and self._jobs.qsize() * 2 <= self._jobs.maxsize

    def _reserve(self, size: int, wait_s: float) -> bool:
        """Count bytes that are to wait; False when there is no room for them yet."""
        with self._waiting:

            def has_room() -> bool:
                return not self._waiting_bytes or self._waiting_bytes + size <= MOST_WAITING_BYTES

            if not self._waiting.wait_for(has_room, timeout=wait_s):
                return False
            self._waiting_bytes += size
            return True

    def _release(self, size: int) -> None:
        with self._waiting:
            self._waiting_bytes -= size
            self._waiting.notify()

    def watch(self) -> float:
        """Abandon a judgement that is over its deadline."""
        self._raise_failure()
        bench = self._bench
        with bench.lock:
            is_late = (
                bench.seq is not None and self._clock.monotonic() - bench.since > self._deadline_s
            )
            if not is_late:
                return POLL_S if self.has_room() else LOOK_S
            bench.is_abandoned = True
            seq = bench.seq
        case, exchange = self._current.pop(seq or 0)
        self._deliver(case, exchange, late(exchange, self._deadline_s))
        self._bench, self._thread = self._open()
        return POLL_S

    def close(self) -> None:
        """Judge what is left, then end the thread; when it is to stop, only for a moment."""
        moment, is_last_given = LastMoment(self._stop, self._clock), False
        while self._thread.is_alive() and not moment.is_over():
            if is_last_given:
                self._thread.join(_WAIT_S)
            else:
                with suppress(queue.Full):
                    self._jobs.put(None, timeout=_WAIT_S)
                    is_last_given = True
            self.watch()
        with self._bench.lock:
            self._bench.is_abandoned = True
        self._thread.join(_WAIT_S)  # it may be about to deliver
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _open(self) -> tuple[_Bench, threading.Thread]:
        bench = _Bench()
        thread = threading.Thread(
            target=self._work, args=(bench,), name="revgate-judge", daemon=True
        )
        thread.start()
        return bench, thread

    def _work(self, bench: _Bench) -> None:
        while not bench.is_abandoned and (job := self._jobs.get()) is not None:
            case, exchange = job
            self._release(bytes_of(exchange))
            self._current[exchange.seq] = job
            with bench.lock:
                bench.seq, bench.since = exchange.seq, self._clock.monotonic()
            record = self._judged(case, exchange)
            with bench.lock:
                bench.seq = None
                if bench.is_abandoned:
                    return
            self._current.pop(exchange.seq, None)
            try:
                self._deliver(case, exchange, record)
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                self._failure = self._failure or error

    def _judged(self, case: Case, exchange: Exchange) -> Record:
        try:
            return self._judge(case, exchange)
        except BaseException as error:  # noqa: BLE001 - a judge that ends its thread loses a call
            fault = Fault(
                kind="plugin",
                message=f"judging ended with {type(error).__name__}",
                hint="`revgate plugins` says whose it is; fix it, then `revgate compare RUN`",
            )
            return Record(seq=exchange.seq, fault=fault, latency_s=exchange.latency_s)
