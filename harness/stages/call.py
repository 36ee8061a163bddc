"""Plan to exchanges: sends every call, pairs side by side, retries what may pass."""

import heapq
import itertools
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from harness import __version__, redact
from harness.api.kinds import Provider, Task
from harness.clock import Clock
from harness.credentials import Secret, Wallet
from harness.data.call import Call, Request, Slot
from harness.data.exchange import Attempt, Exchange, Fault, Timings, Unsent
from harness.data.suite import Suite
from harness.faults import fault_of
from harness.lane import Lane, open_lanes
from harness.retry import GiveUp, next_wait_s
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
    _lanes: dict[str, Lane] = field(init=False)
    _flights: dict[int, _Flight] = field(init=False, default_factory=dict)
    _later: list[tuple[float, int, _Flight]] = field(init=False, default_factory=list)
    _order: Iterator[int] = field(init=False, default_factory=itertools.count)
    _random: Random = field(init=False)
    _retrying: set[int] = field(init=False, default_factory=set)
    _sent: int = field(init=False, default=0)
    _secrets: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a lane for every target."""
        self._lanes = open_lanes(self.suite.targets, self.suite.run)
        self._random = Random(self.suite.run.seed)
        self._secrets = self.wallet.known_values(
            self.providers[target.provider].credential for target in self.suite.targets
        )

    def call(self, slots: Iterator[Slot]) -> Iterator[Exchange | Unsent]:
        """Give the outcome of every slot, in the order outcomes arrive.

        Slots are taken from the iterator a window at a time. When `stop` is set, slots that were
        not sent are simply not given: they stay pending.
        """
        window = 4 * self.suite.run.concurrency * len(self._lanes)
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
        """Wait for calls in flight, at most five seconds; retries are not waited for."""
        self._later.clear()
        until = self.clock.monotonic() + _GRACE_S
        while self._flights:
            left_s = until - self.clock.monotonic()
            if left_s <= 0:
                return
            for finished in self.transport.finished(min(left_s, _LONGEST_POLL_S)):
                flight = self._flights.pop(finished.key)
                self._retrying.discard(finished.key)
                attempt = self._attempt(flight, finished)
                flight.attempts.append(attempt)
                if attempt.fault is None:
                    yield self._exchange(flight)

    def _start_due(self) -> Iterator[Exchange | Unsent]:
        """Start what may start, by plan order over all lanes; retries that are due first."""
        now = self.clock.monotonic()
        most = max(_FEWEST_RETRIES, int(_RETRY_SHARE * len(self._flights)))
        while self._later and self._later[0][0] <= now and len(self._retrying) < most:
            _, _, flight = heapq.heappop(self._later)
            if flight.lane.stopped:
                yield self._end(flight)
                continue
            self._retrying.add(flight.slot.seq)
            self._send(flight)
        for lane in self._lanes.values():
            while lane.stopped and lane.waiting:
                yield Unsent(
                    seq=lane.waiting.popleft().seq, cause="target stopped", reason=lane.stopped
                )
        while True:
            ready = [
                lane
                for lane in self._lanes.values()
                if lane.waiting and lane.limiter.may_start(self.clock.monotonic())
            ]
            if not ready:
                return
            lane = min(ready, key=lambda lane: lane.waiting[0].seq)
            yield from self._start(lane, lane.waiting.popleft())

    def _start(self, lane: Lane, slot: Slot) -> Iterator[Unsent]:
        most = self.suite.run.max_calls
        if most is not None and self._sent >= most:
            reason = f"run.max_calls: {most} calls were sent"
            yield Unsent(seq=slot.seq, cause="budget", reason=reason)
            return
        provider = self.providers[lane.target.provider]
        try:
            call = Call(
                case=slot.case,
                target=lane.target,
                payload=self.task.build(slot.case),
                repeat=slot.repeat,
                timeout_s=self.suite.run.timeout_s,
            )
            request = provider.request(call)
            headers = {"user-agent": f"revgate/{__version__}", **request.headers}
            request = replace(request, headers=headers)
            secret = self.wallet.secret_for(provider.credential, request.url)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            fault = Fault(
                kind="plugin",
                message=f"the call could not be built: {error!r}",
                hint=f"task {self.task.name} or provider {provider.name}: `revgate plugins`",
            )
            yield Unsent(seq=slot.seq, cause="plugin", reason=fault.message, fault=fault)
            return
        now = self.clock.monotonic()
        lane.limiter.start(now)
        self._send(_Flight(slot, lane, request, None if self.is_replay else secret, due_at=now))

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
        if self._later:
            waits.append(self._later[0][0] - now)
        waits += [w for lane in self._lanes.values() if (w := lane.limiter.wait_s(now)) > 0]
        return max(0.0, min(waits))

    def _take_in(self, wait_s: float) -> Iterator[Exchange]:
        if not self._flights:
            self.stop.wait(wait_s)
            return
        for finished in self.transport.finished(wait_s):
            flight = self._flights.pop(finished.key)
            self._retrying.discard(finished.key)
            flight.attempts.append(self._attempt(flight, finished))
            self._learn(flight)
            wait = next_wait_s(
                tuple(flight.attempts),
                1 if self.is_replay else self.suite.run.attempts,
                self._random,
                self.clock.wall(),
            )
            if isinstance(wait, GiveUp) or flight.lane.stopped or self._is_spent():
                if isinstance(wait, GiveUp) and wait.reason:
                    _explain(flight, wait.reason)
                yield self._end(flight)
            else:
                flight.waited_s = wait
                due = self.clock.monotonic() + wait
                heapq.heappush(self._later, (due, next(self._order), flight))

    def _is_spent(self) -> bool:
        most = self.suite.run.max_calls
        return most is not None and self._sent >= most

    def _learn(self, flight: _Flight) -> None:
        fault = flight.attempts[-1].fault
        if fault is None:
            flight.lane.limiter.answered()
        elif fault.kind in {"rate_limited", "overloaded"} and fault.status in {429, 503, 529}:
            flight.lane.limiter.overwhelmed(self.clock.monotonic())

    def _end(self, flight: _Flight) -> Exchange:
        flight.lane.limiter.end()
        flight.lane.learn(flight.attempts[-1].fault)
        return self._exchange(flight)

    def _attempt(self, flight: _Flight, finished: Finished) -> Attempt:
        """Judge the status, and let nothing secret through."""
        response, fault = finished.response, finished.fault
        if response is not None and not 200 <= response.status < 300:
            fault = fault_of(response)
        if response is not None:
            response = replace(
                response,
                headers=redact.kept_headers(response.headers, self._secrets),
                body=redact.remove(response.body, self._secrets),
            )
        if fault is not None:
            fault = self._explained(flight, fault)
        timings = replace(finished.timings, queue_s=max(0.0, flight.sent_at - flight.due_at))
        return Attempt(
            response=response,
            fault=fault,
            timings=Timings() if self.is_replay else timings,
            started_at=flight.sent_wall,
            waited_s=flight.waited_s,
        )

    def _explained(self, flight: _Flight, fault: Fault) -> Fault:
        """Remove secrets from a fault's words; say so when a token was withheld."""
        hint = fault.hint
        provider = self.providers[flight.lane.target.provider]
        if fault.kind in {"auth", "gated"} and self.wallet.withheld(
            provider.credential, flight.request.url
        ):
            hint = (
                "a token is set but was not sent: this origin is not one it is made for; "
                "if it may receive it, say so with --trust ORIGIN"
            )
        message = redact.remove_text(fault.message, self._secrets)
        return replace(fault, message=message, hint=hint)

    def _exchange(self, flight: _Flight) -> Exchange:
        return Exchange(
            seq=flight.slot.seq,
            target=flight.slot.target,
            repeat=flight.slot.repeat,
            url=flight.request.url,
            method=flight.request.method,
            request_body=redact.remove(flight.request.body, self._secrets),
            attempts=tuple(flight.attempts),
            transport="replay" if self.is_replay else self.transport.name,
            first_of_pair=flight.slot.first_of_pair,
        )


def _explain(flight: _Flight, reason: str) -> None:
    """Add why there is no further attempt to the last fault's message."""
    last = flight.attempts[-1]
    if last.fault is not None:
        fault = replace(last.fault, message=f"{last.fault.message}; {reason}")
        flight.attempts[-1] = replace(last, fault=fault)
