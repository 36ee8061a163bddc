"""The loop that keeps every lane of a run busy until each of its calls has ended."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from harness.api.kinds import Provider, Task
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.call import Request, Slot
from harness.data.exchange import (
    Attempt,
    Exchange,
    Fault,
    FaultKind,
    Response,
    Timings,
    Unsent,
)
from harness.data.noun import replace
from harness.data.suite import Suite
from harness.lanes.lane import Lane, open_lanes
from harness.lanes.quota import quotas_of
from harness.lanes.reckoning import reckoned_tokens
from harness.lanes.retry import GiveUp, next_wait_s, retry_after_s
from harness.redact import Redactor
from harness.stages.call.agenda import Agenda
from harness.stages.call.budget import Budget
from harness.stages.call.building import Builder
from harness.stages.call.flight import Flight
from harness.stages.call.jobs import Over, Progress
from harness.stages.call.landing import Lander, timings_of
from harness.stages.call.loading import Loader
from harness.stages.call.reading import Reader, redactor_for
from harness.stages.call.turns import Turns
from harness.transport import MOST_HELD_BYTES, Finished, Ticket, Transport

_LONGEST_POLL_S = 0.1
_GRACE_S = 5.0
_RETRY_LOOK_S = 0.02
"""Wait of a retry that is due while its origin bears no more calls."""
_TOO_MUCH: frozenset[FaultKind] = frozenset({"rate_limited", "overloaded"})
_STOPPED = "not tried again: its target was stopped"
_Skipped = Literal["target stopped", "budget", "settled"]


def _never() -> str:
    """Say that no answer settles anything before the end."""
    return ""


def _always() -> bool:
    """Say that more outcomes can be taken."""
    return True


def _unsaid(_message: str) -> None:
    """Tell nobody."""


def _nothing() -> float:
    """Have nothing to do between calls."""
    return _LONGEST_POLL_S


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
    already_spent_usd: float = 0.0
    origins: Mapping[str, str] = field(default_factory=dict)
    """By target name: the origin that answers in place of the one its requests name."""
    settled: Callable[[], str] = _never
    """Asked before calls are started: why no more are needed; empty while they are."""
    has_room: Callable[[], bool] = _always
    """Asked before calls are started: whether their outcomes can be taken without waiting."""
    held: Callable[[str], None] = _unsaid
    """Told of long waits for a limit of a server."""
    meanwhile: Callable[[], float] = _nothing
    """Called at every turn of the loop; gives the seconds within which it wants to be again."""
    _lanes: dict[str, Lane] = field(init=False)
    _flights: dict[int, Flight] = field(init=False, default_factory=dict)
    _agenda: Agenda = field(init=False, default_factory=Agenda)
    _turns: Turns = field(init=False, default_factory=Turns)
    _warming: set[int] = field(init=False, default_factory=set)
    """Warm-ups taken from the plan that are not over, by their places in it."""
    _random: Random = field(init=False)
    _budget: Budget = field(init=False)
    _loader: Loader = field(init=False)
    _lander: Lander = field(init=False)
    _reader: Reader = field(init=False)
    _redactor: Redactor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a lane for every target."""
        run = self.suite.run
        self._budget = Budget(
            most_calls=run.max_calls,
            most_usd=None if self.is_replay else run.max_cost_usd,
            sent=self.already_sent,
            spent_usd=self.already_spent_usd,
        )
        self._lanes = open_lanes(self.suite.targets, run, self.providers)
        self._random = Random(run.seed)
        asked = [self.providers[target.provider] for target in self.suite.targets]
        self._redactor = redactor_for(self.wallet, asked)
        self._loader = Loader(
            builder=Builder(self.task, run, self.wallet),
            providers=self.providers,
            batch=1 if self.is_replay else run.batch,
            sends_secrets=not self.is_replay,
            origins=self.origins,
        )
        measured_by = "replay" if self.is_replay else self.transport.name
        self._lander = Lander(self.providers, measured_by, self._redactor)
        self._reader = Reader(self.wallet, self._redactor)

    @property
    def sent(self) -> int:
        """Requests of this run so far, those before it was resumed included."""
        return self._budget.sent

    @property
    def spent_usd(self) -> float:
        """What its answers cost so far, US dollars; counted where the suite bounds it."""
        return self._budget.spent_usd

    def call(self, slots: Iterator[Slot]) -> Iterator[Exchange | Unsent]:
        """Give the outcome of every slot, in the order outcomes arrive.

        Slots are taken from the iterator a window at a time, so that no target runs far ahead of
        the others. When `stop` is set, slots that were not sent are simply not given: they stay
        pending.
        """
        window = self.suite.run.concurrency * max(1, len(self._lanes)) * self._loader.batch
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
                    if slot.is_warmup:
                        self._warming.add(slot.seq)
            yield from self._start_due()
            if not self._is_busy() and not more:
                return
            yield from self._take_in(min(self._poll_s(), self.meanwhile()))

    def _is_busy(self) -> bool:
        waiting = any(lane.waiting for lane in self._lanes.values())
        return bool(self._flights or self._agenda or waiting)

    def _land(self) -> Iterator[Exchange]:
        """Wait for calls in flight, at most five seconds; what may pass later stays pending."""
        self._agenda.clear()
        until = self.clock.monotonic() + _GRACE_S
        while self._flights:
            left_s = until - self.clock.monotonic()
            if left_s <= 0:
                return
            for finished in self.transport.finished(min(left_s, self.meanwhile())):
                flight = self._arrive(finished)
                if flight is None:
                    continue
                fault = flight.attempts[-1].fault
                if fault is None or not fault.is_transient:
                    yield from self._lander.exchanges(flight)

    def _start_due(self) -> Iterator[Exchange | Unsent]:
        """Start what may start, by plan order over all lanes; what was started before first.

        No measured call of any target starts before all warm-ups are over, answered or not.
        """
        for flight, request in self._agenda.due_steps(self.clock.monotonic()):
            wait_s = flight.lane.steps.wait_s(self.clock.monotonic())
            if 0 < wait_s < flight.left_s(self.clock.monotonic()):
                self._agenda.put_step(flight, request, self.clock.monotonic() + wait_s)
            else:
                self._send_step(flight, request)
        yield from self._retry_due()
        spent = self._budget.spent_calls
        for lane in self._lanes.values():
            if lane.stopped or spent:
                for flight in self._agenda.take_retries(lane):
                    flight.explain(_STOPPED if lane.stopped else spent)
                    yield from self._end(flight)
            while lane.stopped and lane.waiting:
                yield self._skip(lane, "target stopped", lane.stopped)
        while not self.stop.is_set() and self.has_room() and self._bodies_fit():
            if reason := self.settled():
                for lane in self._lanes.values():
                    while lane.waiting:
                        yield self._skip(lane, "settled", reason)
                return
            now = self.clock.monotonic()
            first = self._turns.next(self._lanes_at_work(), now)
            if first is None:
                return
            permission = self._budget.ask(first.target.name, self._loader.most_calls(first))
            if permission == "wait":
                return  # and nobody overtakes: what is left of the budget is for this call
            if permission == "stop":
                yield self._skip(first, "budget", self._budget.reason)
            else:
                yield from self._start(first, now)

    def _lanes_at_work(self) -> Iterable[Lane]:
        """Give the lanes whose next call may start as far as warm-ups go."""
        if not self._warming:
            return self._lanes.values()
        return [lane for lane in self._lanes.values() if lane.waiting and lane.waiting[0].is_warmup]

    def _skip(self, lane: Lane, cause: _Skipped, reason: str) -> Unsent:
        """Give the next call of a lane as one that is not sent."""
        seq = lane.waiting.popleft().seq
        self._over(seq)
        return Unsent(seq=seq, cause=cause, reason=reason)

    def _over(self, *places: int) -> None:
        """Count warm-ups that are over; what the last of them kept waiting starts afresh."""
        if not self._warming:
            return
        self._warming.difference_update(places)
        if not self._warming:
            now = self.clock.monotonic()
            for lane in self._lanes.values():
                lane.limiter.rest(now)

    def _bodies_fit(self) -> bool:
        """Whether answers that are arriving leave room for more; one alone may be of any size."""
        return not self._flights or self.transport.held_bytes <= MOST_HELD_BYTES

    def _retry_due(self) -> Iterator[Exchange]:
        now = self.clock.monotonic()
        for flight in self._agenda.due_retries(now):
            wait_s, away_s = flight.lane.wait_s(now), flight.lane.away_s(now)
            if flight.lane.stopped:
                flight.explain(_STOPPED)
                yield from self._end(flight)
            elif self._budget.spent_calls:
                flight.explain(self._budget.spent_calls)
                yield from self._end(flight)
            elif away_s > 0:  # there is no use in spending attempts on nobody
                flight.put_off(now, min(away_s, _LONGEST_POLL_S))
                self._agenda.put_retry(flight, flight.due_at)
            elif wait_s > 0:  # the rate cap counts every call
                self._agenda.put_retry(flight, now + wait_s)
            elif not flight.lane.pressure.has_room():
                self._agenda.put_retry(flight, now + _RETRY_LOOK_S)
            else:
                self._agenda.begin(flight)
                flight.lane.start_again(now, flight.tokens)
                self._loader.reroute(flight, now)
                self._send(flight)

    def _start(self, lane: Lane, now: float) -> Iterator[Unsent]:
        loaded = self._loader.load(lane, now)
        if isinstance(loaded, Unsent):
            self._over(loaded.seq)
            reason = self._redactor.text(loaded.reason)
            fault = loaded.fault and replace(loaded.fault, message=reason)
            yield replace(loaded, reason=reason, fault=fault)
            return
        if lane.counts_tokens:
            loaded.reckoned = sum(reckoned_tokens(one.call) for one in loaded.built)
            loaded.tokens = lane.limiter.expected(loaded.reckoned)
        loaded.due_at = lane.start(now, loaded.tokens)
        self._budget.start(lane.target.name, len(loaded.slots))
        self._send(loaded)

    def _send(self, flight: Flight) -> None:
        self._budget.sent += 1
        flight.sent_at = self.clock.monotonic()
        flight.sent_wall = self.clock.wall()
        flight.turn = flight.lane.allowance.turn
        flight.route.take()
        job = flight.built[0].job
        if job is not None and not self.is_replay:
            call = flight.built[0].call
            flight.job = Progress(job, call, flight.sent_at, flight.request.url)
        self._submit(flight, flight.request, self.suite.run.timeout_s)

    def _send_step(self, flight: Flight, request: Request) -> None:
        now = self.clock.monotonic()
        flight.lane.steps.start(now)
        flight.turn = flight.lane.steps.turn
        self._submit(flight, request, max(flight.left_s(now), 0.001))

    def _submit(self, flight: Flight, request: Request, deadline_s: float) -> None:
        self._flights[flight.key] = flight
        flight.lane.pressure.on_the_wire += 1
        flight.asked, flight.asked_at = request, self.clock.monotonic()
        self.transport.submit(
            Ticket(
                key=flight.key,
                request=self._loader.addressed(request, flight.lane.target),
                deadline_s=deadline_s,
                max_body_bytes=self.suite.run.max_body_bytes,
                secret=self._loader.secret_for(request, flight.lane.target),
                proxy=flight.lane.target.proxy,
                ca_file=flight.lane.target.ca_file,
            )
        )

    def _poll_s(self) -> float:
        """Give how long to wait for outcomes before something else is due."""
        now = self.clock.monotonic()
        for lane in self._lanes.values():
            lane.rest_if_idle(now)
            is_busy = lane.waiting or lane.limiter.in_flight
            if is_busy and (held_s := lane.allowance.untold_s(now)):
                self.held(
                    f"{lane.target.name}: its server's limit is used up, by what it says: "
                    f"nothing is sent there for {held_s:.0f} s"
                )
        waits = [_LONGEST_POLL_S, self._turns.wait_s]
        waits += self._agenda.waits_s(now)
        waits += [w for lane in self._lanes.values() if (w := lane.wait_s(now)) > 0]
        return max(0.0, min(waits))

    def _take_in(self, wait_s: float) -> Iterator[Exchange]:
        if not self._flights:
            self.stop.wait(wait_s)
            return
        for finished in self.transport.finished(wait_s):
            flight = self._arrive(finished)
            if flight is None:
                continue
            now = self.clock.monotonic()
            wait = next_wait_s(
                tuple(flight.attempts),
                1 if self.is_replay else self.suite.run.attempts,
                self._random,
                self.clock.wall(),
            )
            over = _STOPPED if flight.lane.stopped else self._budget.spent_calls
            if isinstance(wait, GiveUp) or over:
                flight.explain(wait.reason if isinstance(wait, GiveUp) else over)
                yield from self._end(flight)
            else:
                flight.waited_s = self._loader.wait_s(flight, wait, now)
                flight.due_at = now + flight.waited_s
                self._agenda.put_retry(flight, flight.due_at)

    def _arrive(self, finished: Finished) -> Flight | None:
        """Add what came back to its flight's attempts; None: its job goes on."""
        flight = self._flights.pop(finished.key)
        flight.lane.pressure.on_the_wire -= 1
        self._agenda.end(flight)
        provider = self.providers[flight.lane.target.provider]
        asked, now = flight.asked or flight.request, self.clock.monotonic()
        is_detoured = flight.lane.target.is_detoured
        response, fault = self._reader.read(finished, provider, asked.url, is_detoured=is_detoured)
        self._learn_limits(flight, finished, response, fault, now)
        if flight.job is not None:
            step = flight.job.advance(asked, response, fault, now, self.clock.wall())
            if not isinstance(step, Over):
                if fault is None:
                    flight.lane.heard(now)
                due = now + step.wait_s
                self._agenda.put_step(flight, step.request, due)
                return None
            response, fault = step.response, step.fault
        has_choice = flight.lane.routes.has_choice
        steps = flight.job.steps if flight.job is not None else ()
        flight.attempts.append(
            Attempt(
                url=self._redactor.text(flight.request.url) if has_choice else "",
                steps=tuple(replace(s, url=self._redactor.text(s.url)) for s in steps),
                response=response,
                fault=fault,
                timings=Timings() if self.is_replay else timings_of(flight, finished, now),
                started_at=flight.sent_wall,
                waited_s=flight.waited_s,
            )
        )
        if self.is_replay:  # nothing is dead that is not asked
            flight.route.learn(fault, now)
            if fault is None:
                flight.lane.heard(now)
        else:
            flight.lane.tried(
                flight.route,
                fault,
                now,
                flight.sent_at,
                is_connected=finished.timings.connect_s is not None,
                is_first=len(flight.attempts) == 1,
            )
        if fault is None:
            flight.lane.pressure.answered(now, flight.sent_at)
        return flight

    def _learn_limits(
        self,
        flight: Flight,
        finished: Finished,
        response: Response | None,
        fault: Fault | None,
        now: float,
    ) -> None:
        """Learn from any answer, to the steps of a job as well, what the server bears."""
        is_step = flight.job is not None and bool(flight.job.steps)
        if not is_step:
            flight.lane.allowance.came_back(flight.tokens)
        if fault is not None and fault.kind in _TOO_MUCH and fault.status in {429, 503, 529}:
            headers = response.headers if response is not None and not is_step else {}
            flight.lane.pressure.overwhelmed(
                now,
                flight.asked_at,
                retry_after_s(headers, self.clock.wall()),
                is_rate=fault.status == 429,
            )
        if finished.response is None or self.is_replay:
            return
        allowance = flight.lane.steps if is_step else flight.lane.allowance
        stated = quotas_of(finished.response.headers, self.clock.wall())
        if stated is not None:
            allowance.told(stated, flight.turn, now)
        elif fault is None:
            allowance.untold(flight.turn)

    def _end(self, flight: Flight) -> Iterator[Exchange]:
        flight.lane.end()
        fault = flight.attempts[-1].fault
        exchanges = self._lander.exchanges(flight)
        if flight.lane.counts_tokens and fault is None:
            flight.lane.limiter.took(
                self._lander.tokens(flight), expected=flight.tokens, reckoned=flight.reckoned
            )
        is_priced = self._budget.most_usd is not None and fault is None
        cost = self._lander.cost_usd(flight, exchanges) if is_priced else None
        self._budget.end(
            flight.lane.target.name,
            cost,
            is_answered=fault is None,
            calls=len(flight.slots),
            attempts=len(flight.attempts),
        )
        if not exchanges:  # a batch one of whose calls was refused
            self._loader.send_alone(flight)
            return
        flight.lane.ended(fault)
        if self._warming:
            self._over(*(slot.seq for slot in flight.slots))
        yield from exchanges
