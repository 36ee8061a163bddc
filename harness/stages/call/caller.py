"""The loop that keeps every lane of a run busy until each of its calls has ended."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from harness.api.kinds import Provider, Task
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.call import Request, Slot
from harness.data.exchange import Attempt, Exchange, Timings, Unsent
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


def _never() -> str:
    """Say that no answer settles anything before the end."""
    return ""


def _always() -> bool:
    """Say that more outcomes can be taken."""
    return True


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
    meanwhile: Callable[[], float] = _nothing
    """Called at every turn of the loop; gives the seconds within which it wants to be again."""
    _lanes: dict[str, Lane] = field(init=False)
    _flights: dict[int, Flight] = field(init=False, default_factory=dict)
    _agenda: Agenda = field(init=False, default_factory=Agenda)
    _turns: Turns = field(init=False, default_factory=Turns)
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

    def call(self, slots: Iterator[Slot]) -> Iterator[Exchange | Unsent]:
        """Give the outcome of every slot, in the order outcomes arrive.

        Slots are taken from the iterator a window at a time, so that no target runs far ahead of
        the others. When `stop` is set, slots that were not sent are simply not given: they stay
        pending.
        """
        window = self.suite.run.concurrency * len(self._lanes) * self._loader.batch
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
        """Start what may start, by plan order over all lanes; what was started before first."""
        for flight, request in self._agenda.due_steps(self.clock.monotonic()):
            self._send_step(flight, request)
        yield from self._retry_due()
        for lane in self._lanes.values():
            while lane.stopped and lane.waiting:
                yield Unsent(
                    seq=lane.waiting.popleft().seq, cause="target stopped", reason=lane.stopped
                )
        while not self.stop.is_set() and self.has_room() and self._bodies_fit():
            if reason := self.settled():
                for lane in self._lanes.values():
                    while lane.waiting:
                        seq = lane.waiting.popleft().seq
                        yield Unsent(seq=seq, cause="settled", reason=reason)
                return
            now = self.clock.monotonic()
            first = self._turns.next(self._lanes.values(), now)
            if first is None:
                return
            permission = self._budget.ask(first.target.name)
            if permission == "wait":
                return  # and nobody overtakes: what is left of the budget is for this call
            if permission == "stop":
                seq = first.waiting.popleft().seq
                yield Unsent(seq=seq, cause="budget", reason=self._budget.reason)
            else:
                yield from self._start(first, now)

    def _bodies_fit(self) -> bool:
        """Whether answers that are arriving leave room for more; one alone may be of any size."""
        return not self._flights or self.transport.held_bytes <= MOST_HELD_BYTES

    def _retry_due(self) -> Iterator[Exchange]:
        now = self.clock.monotonic()
        for flight in self._agenda.due_retries(now, len(self._flights)):
            wait_s = flight.lane.wait_s(now)
            if flight.lane.stopped:
                yield from self._end(flight)
            elif self._budget.spent_calls:
                flight.explain(self._budget.spent_calls)
                yield from self._end(flight)
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
            reason = self._redactor.text(loaded.reason)
            fault = loaded.fault and replace(loaded.fault, message=reason)
            yield replace(loaded, reason=reason, fault=fault)
            return
        if lane.counts_tokens:
            loaded.tokens = sum(reckoned_tokens(one.call) for one in loaded.built)
        loaded.due_at = lane.start(now, loaded.tokens)
        self._budget.start(lane.target.name)
        self._send(loaded)

    def _send(self, flight: Flight) -> None:
        self._budget.sent += 1
        flight.sent_at = self.clock.monotonic()
        flight.sent_wall = self.clock.wall()
        flight.route.take()
        job = flight.built[0].job
        if job is not None and not self.is_replay:
            call = flight.built[0].call
            flight.job = Progress(job, call, flight.sent_at, flight.request.url)
        self._submit(flight, flight.request, self.suite.run.timeout_s)

    def _send_step(self, flight: Flight, request: Request) -> None:
        assert flight.job is not None  # noqa: S101 - only jobs have steps
        left_s = flight.job.left_s(self.clock.monotonic())
        self._submit(flight, request, max(left_s, 0.001))

    def _submit(self, flight: Flight, request: Request, deadline_s: float) -> None:
        self._flights[flight.key] = flight
        flight.lane.pressure.on_the_wire += 1
        flight.asked = request
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
        waits = [_LONGEST_POLL_S, self._turns.wait_s]
        waits += self._agenda.waits_s(now, len(self._flights))
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
            spent = self._budget.spent_calls
            if isinstance(wait, GiveUp) or flight.lane.stopped or spent:
                flight.explain(wait.reason if isinstance(wait, GiveUp) else spent)
                yield from self._end(flight)
            else:
                flight.waited_s = self._loader.wait_s(flight, wait, now)
                flight.due_at = now + flight.waited_s
                self._agenda.put_retry(flight, flight.due_at)

    def _arrive(self, finished: Finished) -> Flight | None:
        """Add what came back to its flight's attempts; None: its job goes on."""
        flight = self._flights.pop(finished.key)
        flight.lane.pressure.on_the_wire -= 1
        self._agenda.end(finished.key)
        provider = self.providers[flight.lane.target.provider]
        asked, now = flight.asked or flight.request, self.clock.monotonic()
        is_detoured = flight.lane.target.is_detoured
        response, fault = self._reader.read(finished, provider, asked.url, is_detoured=is_detoured)
        if flight.job is not None:
            step = flight.job.advance(asked, response, fault, now, self.clock.wall())
            if not isinstance(step, Over):
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
        flight.route.learn(fault, now)
        pressure = flight.lane.pressure
        pressure.came_back(flight.tokens)
        if fault is None:
            pressure.answered(now, flight.sent_at)
        elif fault.kind in {"rate_limited", "overloaded"} and fault.status in {429, 503, 529}:
            headers = response.headers if response is not None else {}
            asked_s = retry_after_s(headers, self.clock.wall())
            is_rate = fault.status == 429
            pressure.overwhelmed(now, flight.sent_at, asked_s, is_rate=is_rate)
        if finished.response is not None and not self.is_replay:
            stated = quotas_of(finished.response.headers, self.clock.wall())
            if stated is not None and stated.calls is not None:
                pressure.quota(*stated.calls, now)
            if stated is not None and stated.tokens is not None:
                pressure.token_quota(*stated.tokens, now)
        return flight

    def _end(self, flight: Flight) -> Iterator[Exchange]:
        flight.lane.end()
        fault = flight.attempts[-1].fault
        exchanges = self._lander.exchanges(flight)
        if flight.tokens and fault is None:
            took = self._lander.tokens(flight)
            flight.lane.limiter.took(flight.tokens if took is None else took, flight.tokens)
        is_priced = self._budget.most_usd is not None and fault is None
        cost = self._lander.cost_usd(flight, exchanges) if is_priced else None
        self._budget.end(flight.lane.target.name, cost, is_answered=fault is None)
        if not exchanges:  # a batch one of whose calls was refused
            self._loader.send_alone(flight)
            return
        flight.lane.learn(fault)
        yield from exchanges
