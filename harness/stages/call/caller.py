"""The loop that keeps every lane of a run busy until each of its calls has ended."""

import heapq
import itertools
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from harness.api.kinds import Provider, Task
from harness.clock import Clock
from harness.credentials import Secret, Wallet
from harness.data.call import Request, Slot
from harness.data.exchange import Attempt, Exchange, Fault, Timings, Unsent
from harness.data.suite import Suite
from harness.lane import Lane, open_lanes
from harness.redact import Redactor
from harness.retry import GiveUp, next_wait_s
from harness.stages.call.building import Builder
from harness.stages.call.reading import Reader, redactor_for
from harness.transport import Finished, Ticket, Transport

_LONGEST_POLL_S = 0.1
_GRACE_S = 5.0
_FEWEST_RETRIES = 3
_RETRY_SHARE = 0.2


@dataclass(slots=True)
class _Flight:
    """A call between its first attempt and its outcome."""

    slot: Slot
    lane: Lane
    request: Request
    secret: Secret | None = field(repr=False)
    due_at: float
    sent_at: float = 0.0
    sent_wall: float = 0.0
    waited_s: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Caller:
    """Sends the calls of one suite."""

    suite: Suite
    task: Task
    providers: Mapping[str, Provider]
    transport: Transport
    wallet: Wallet
    clock: Clock
    stop: threading.Event
    """Set from outside: nothing more is started, calls in flight get five seconds."""
    is_replay: bool = False
    already_sent: int = 0
    """Attempts of this run before it was resumed: `run.max_calls` counts them too."""
    _lanes: dict[str, Lane] = field(init=False)
    _flights: dict[int, _Flight] = field(init=False, default_factory=dict)
    _later: list[tuple[float, int, _Flight]] = field(init=False, default_factory=list)
    _order: Iterator[int] = field(init=False, default_factory=itertools.count)
    _random: Random = field(init=False)
    _retrying: set[int] = field(init=False, default_factory=set)
    _sent: int = field(init=False)
    _builder: Builder = field(init=False)
    _reader: Reader = field(init=False)
    _redactor: Redactor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a lane for every target."""
        self._sent = self.already_sent
        self._lanes = open_lanes(self.suite.targets, self.suite.run)
        self._random = Random(self.suite.run.seed)
        asked = [self.providers[target.provider] for target in self.suite.targets]
        self._redactor = redactor_for(self.wallet, asked)
        self._builder = Builder(self.task, self.suite.run, self.wallet)
        self._reader = Reader(self.wallet, self._redactor)

    def call(self, slots: Iterator[Slot]) -> Iterator[Exchange | Unsent]:
        """Give the outcome of every slot, in the order outcomes arrive.

        Slots are taken from the iterator a window at a time, so that no target runs far ahead of
        the others. When `stop` is set, slots that were not sent are simply not given: they stay
        pending.
        """
        window = self.suite.run.concurrency * len(self._lanes)
        more = True
        while True:
            if self.stop.is_set():
                yield from self._land()
                return
            while more and sum(len(lane.waiting) for lane in self._lanes.values()) < window:
                slot = next(slots, None)
                more = slot is not None
                if slot is not None:
                    self._lanes[slot.target].waiting.append(slot)
            yield from self._start_due()
            if not self._flights and not self._later and not more and not self._waiting():
                return
            yield from self._take_in(self._poll_s())

    def _waiting(self) -> bool:
        return any(lane.waiting for lane in self._lanes.values())

    def _land(self) -> Iterator[Exchange]:
        """Wait for calls in flight, at most five seconds; what may pass later stays pending."""
        self._later.clear()
        until = self.clock.monotonic() + _GRACE_S
        while self._flights:
            left_s = until - self.clock.monotonic()
            if left_s <= 0:
                return
            for finished in self.transport.finished(min(left_s, _LONGEST_POLL_S)):
                flight = self._arrive(finished)
                fault = flight.attempts[-1].fault
                if fault is None or not fault.is_transient:
                    yield self._exchange(flight)

    def _start_due(self) -> Iterator[Exchange | Unsent]:
        """Start what may start, by plan order over all lanes; retries that are due first."""
        yield from self._retry_due()
        for lane in self._lanes.values():
            while lane.stopped and lane.waiting:
                yield Unsent(
                    seq=lane.waiting.popleft().seq, cause="target stopped", reason=lane.stopped
                )
        while not self.stop.is_set():
            now = self.clock.monotonic()
            ready = [
                lane
                for lane in self._lanes.values()
                if lane.waiting and lane.limiter.may_start(now)
            ]
            if not ready:
                return
            lane = min(ready, key=lambda lane: lane.waiting[0].seq)
            yield from self._start(lane, lane.waiting.popleft())

    def _retry_due(self) -> Iterator[Exchange]:
        now = self.clock.monotonic()
        while self._later and self._later[0][0] <= now and self._may_retry():
            _, _, flight = heapq.heappop(self._later)
            wait_s = flight.lane.limiter.wait_s(now)
            if flight.lane.stopped:
                yield self._end(flight)
            elif self._is_spent():
                _explain(flight, self._spent_reason())
                yield self._end(flight)
            elif wait_s > 0:  # the rate cap counts every call
                heapq.heappush(self._later, (now + wait_s, next(self._order), flight))
            else:
                self._retrying.add(flight.slot.seq)
                flight.lane.limiter.start_again(now)
                self._send(flight)

    def _may_retry(self) -> bool:
        """Whether the retry budget has room: a share of the calls in flight."""
        most = max(_FEWEST_RETRIES, int(_RETRY_SHARE * len(self._flights)))
        return len(self._retrying) < most

    def _start(self, lane: Lane, slot: Slot) -> Iterator[Unsent]:
        if self._is_spent():
            yield Unsent(seq=slot.seq, cause="budget", reason=self._spent_reason())
            return
        provider = self.providers[lane.target.provider]
        request = self._builder.build(slot, lane.target, provider)
        if isinstance(request, Fault):
            fault = replace(request, message=self._redactor.text(request.message))
            yield Unsent(seq=slot.seq, cause="plugin", reason=fault.message, fault=fault)
            return
        secret = None if self.is_replay else self._builder.secret_for(provider, request.url)
        now = self.clock.monotonic()
        lane.limiter.start(now)
        self._send(_Flight(slot, lane, request, secret, due_at=now))

    def _send(self, flight: _Flight) -> None:
        self._sent += 1
        flight.sent_at = self.clock.monotonic()
        flight.sent_wall = self.clock.wall()
        self._flights[flight.slot.seq] = flight
        self.transport.submit(
            Ticket(
                key=flight.slot.seq,
                request=flight.request,
                deadline_s=self.suite.run.timeout_s,
                max_body_bytes=self.suite.run.max_body_bytes,
                secret=flight.secret,
            )
        )

    def _poll_s(self) -> float:
        """Give how long to wait for outcomes before something else is due."""
        now = self.clock.monotonic()
        waits = [_LONGEST_POLL_S]
        if self._later and self._may_retry():  # else only an outcome makes room
            waits.append(self._later[0][0] - now)
        waits += [w for lane in self._lanes.values() if (w := lane.limiter.wait_s(now)) > 0]
        return max(0.0, min(waits))

    def _take_in(self, wait_s: float) -> Iterator[Exchange]:
        if not self._flights:
            self.stop.wait(wait_s)
            return
        for finished in self.transport.finished(wait_s):
            flight = self._arrive(finished)
            wait = next_wait_s(
                tuple(flight.attempts),
                1 if self.is_replay else self.suite.run.attempts,
                self._random,
                self.clock.wall(),
            )
            if isinstance(wait, GiveUp) or flight.lane.stopped or self._is_spent():
                if isinstance(wait, GiveUp):
                    _explain(flight, wait.reason)
                elif self._is_spent():
                    _explain(flight, self._spent_reason())
                yield self._end(flight)
            else:
                flight.waited_s = wait
                flight.due_at = self.clock.monotonic() + wait
                heapq.heappush(self._later, (flight.due_at, next(self._order), flight))

    def _is_spent(self) -> bool:
        most = self.suite.run.max_calls
        return most is not None and self._sent >= most

    def _spent_reason(self) -> str:
        return f"run.max_calls: {self._sent} calls were sent"

    def _arrive(self, finished: Finished) -> _Flight:
        """Add what came back to its flight's attempts; let the limiter learn from it."""
        flight = self._flights.pop(finished.key)
        self._retrying.discard(finished.key)
        provider = self.providers[flight.lane.target.provider]
        response, fault = self._reader.read(finished, provider, flight.request.url)
        seen = finished.timings
        timings = Timings(
            queue_s=max(0.0, flight.sent_at - flight.due_at),
            connect_s=seen.connect_s,
            first_byte_s=seen.first_byte_s,
            total_s=seen.total_s,
        )
        flight.attempts.append(
            Attempt(
                response=response,
                fault=fault,
                timings=Timings() if self.is_replay else timings,
                started_at=flight.sent_wall,
                waited_s=flight.waited_s,
            )
        )
        if fault is None:
            flight.lane.limiter.answered(self.clock.monotonic())
        elif fault.kind in {"rate_limited", "overloaded"} and fault.status in {429, 503, 529}:
            flight.lane.limiter.overwhelmed(self.clock.monotonic())
        return flight

    def _end(self, flight: _Flight) -> Exchange:
        flight.lane.limiter.end()
        flight.lane.learn(flight.attempts[-1].fault)
        return self._exchange(flight)

    def _exchange(self, flight: _Flight) -> Exchange:
        return Exchange(
            seq=flight.slot.seq,
            target=flight.slot.target,
            repeat=flight.slot.repeat,
            url=self._redactor.text(flight.request.url),
            method=flight.request.method,
            request_body=self._redactor.body(flight.request.body),
            attempts=tuple(flight.attempts),
            transport="replay" if self.is_replay else self.transport.name,
            first_of_pair=flight.slot.first_of_pair,
        )


def _explain(flight: _Flight, reason: str) -> None:
    """Add why there is no further attempt to the last fault's message."""
    last = flight.attempts[-1]
    if reason and last.fault is not None:
        fault = replace(last.fault, message=f"{last.fault.message}; {reason}")
        flight.attempts[-1] = replace(last, fault=fault)
