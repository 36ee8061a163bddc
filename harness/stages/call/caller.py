"""The loop that keeps every lane of a run busy until each of its calls has ended."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from harness.api.kinds import Provider, Task
from harness.clock import Clock
from harness.credentials import Wallet, origin_of
from harness.data.call import Slot
from harness.data.exchange import Exchange, Fault, Unsent
from harness.data.noun import replace
from harness.data.suite import Suite
from harness.lanes.lane import Lane, open_lanes
from harness.lanes.quota import LONGEST_HOLD_S
from harness.lanes.reckoning import reckoned_tokens
from harness.lanes.retry import GiveUp, asked_wait_s, next_wait_s, too_long
from harness.lanes.routes import Route, Turn
from harness.redact import Redactor
from harness.stages.call.agenda import Agenda
from harness.stages.call.budget import Budget
from harness.stages.call.building import Builder
from harness.stages.call.doubts import Doubts
from harness.stages.call.flight import Flight
from harness.stages.call.landing import Lander
from harness.stages.call.loading import Loader
from harness.stages.call.reading import Reader, redactor_for
from harness.stages.call.turns import Turns
from harness.stages.call.warming import WarmUps
from harness.stages.call.wire import Wire
from harness.transport import Transport

_LONGEST_POLL_S = 0.1
_GRACE_S = 5.0
_RETRY_LOOK_S = 0.02
"""Wait of a retry that is due while its origin bears no more calls."""
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
    _agenda: Agenda = field(init=False, default_factory=Agenda)
    _turns: Turns = field(init=False, default_factory=Turns)
    _warmups: WarmUps = field(init=False, default_factory=WarmUps)
    _random: Random = field(init=False)
    _budget: Budget = field(init=False)
    _loader: Loader = field(init=False)
    _lander: Lander = field(init=False)
    _wire: Wire = field(init=False)
    _redactor: Redactor = field(init=False, repr=False)
    _doubts: Doubts = field(init=False, default_factory=Doubts)

    def __post_init__(self) -> None:
        """Open a lane for every target."""
        run = self.suite.run
        self._budget = Budget(
            most_calls=run.max_calls,
            most_usd=None if self.is_replay else run.max_cost_usd,
            sent=self.already_sent,
            spent_usd=self.already_spent_usd,
        )
        self._random = Random(run.seed)
        self._lanes = open_lanes(self.suite.targets, run, self.providers, self._random)
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
        self._wire = Wire(
            transport=self.transport,
            run=run,
            providers=self.providers,
            loader=self._loader,
            reader=Reader(self.wallet, self._redactor),
            redactor=self._redactor,
            agenda=self._agenda,
            clock=self.clock,
            is_replay=self.is_replay,
        )

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
        more = True
        while True:
            if self.stop.is_set():
                yield from self._land()
                return
            more = more and self._read_on(slots)
            yield from self._start_due()
            if not self._is_busy() and not more:
                return
            yield from self._take_in(min(self._poll_s(), self.meanwhile()))

    def _read_on(self, slots: Iterator[Slot]) -> bool:
        """Let as many calls wait as a window holds; whether there may be more of them.

        Of a target that serves nobody they count a sixteenth. So the others are asked on for a
        while, and pairs are not torn apart by more than that.
        """
        window = self.suite.run.concurrency * max(1, len(self._lanes)) * self._loader.batch
        shares = {name: 1 / 16 if lane.is_away else 1.0 for name, lane in self._lanes.items()}
        waiting = sum(len(lane.waiting) * shares[name] for name, lane in self._lanes.items())
        while waiting < window:
            slot = next(slots, None)
            if slot is None:
                return False
            self._lanes[slot.target].waiting.append(slot)
            self._warmups.add(slot)
            waiting += shares[slot.target]
        return True

    def _is_busy(self) -> bool:
        waiting = any(lane.waiting for lane in self._lanes.values())
        return bool(self._wire or self._agenda or waiting)

    def _land(self) -> Iterator[Exchange]:
        """Wait for calls in flight, at most five seconds; what may pass later stays pending."""
        self._agenda.clear()
        until = self.clock.monotonic() + _GRACE_S
        while self._wire:
            left_s = until - self.clock.monotonic()
            if left_s <= 0:
                return
            for flight in self._wire.arrivals(min(left_s, self.meanwhile())):
                fault = flight.attempts[-1].fault
                if fault is None or not fault.is_transient:
                    yield from self._lander.exchanges(flight)

    def _start_due(self) -> Iterator[Exchange | Unsent]:
        """Start what may start, by plan order over all lanes; what was started before first.

        No measured call of any target starts before all warm-ups are over, answered or not.
        """
        self._wire.send_due_steps()
        for flight, reason in self._doubts.lone():
            if self._agenda.take(flight):
                flight.explain(reason)
                yield from self._end(flight)
        yield from self._retry_due()
        spent = self._budget.spent_calls
        for lane in self._lanes.values():
            if lane.stopped or spent:
                for flight in self._agenda.take_retries(lane):
                    flight.explain(_STOPPED if lane.stopped else spent)
                    yield from self._end(flight)
            while lane.stopped and lane.waiting:
                yield self._skip(lane, "target stopped", lane.stopped)
        yield from self._start_new()
        if not self.stop.is_set():
            self._look_again()

    def _start_new(self) -> Iterator[Exchange | Unsent]:
        """Start calls that wait, as many as may start."""
        while not self.stop.is_set() and self.has_room() and self._wire.has_room:
            if reason := self.settled():
                for lane in self._lanes.values():
                    while lane.waiting:
                        yield self._skip(lane, "settled", reason)
                return
            now = self.clock.monotonic()
            found = self._turns.next(self._warmups.may_start(self._lanes.values()), now)
            if found is None:
                return
            lane, turn = found
            permission = self._budget.ask(lane.target.name, self._loader.most_calls(lane))
            if permission == "wait":
                return  # and nobody overtakes: what is left of the budget is for this call
            if permission == "stop":
                yield self._skip(lane, "budget", self._budget.reason)
            else:
                yield from self._start(lane, turn, now)

    def _skip(self, lane: Lane, cause: _Skipped, reason: str) -> Unsent:
        """Give the next call of a lane as one that is not sent."""
        slot = lane.waiting.popleft()
        self._over(slot)
        return Unsent(seq=slot.seq, cause=cause, reason=reason)

    def _over(self, *slots: Slot) -> None:
        if self._warmups:
            self._warmups.over(slots, self._lanes.values(), self.clock.monotonic())

    def _retry_due(self) -> Iterator[Exchange]:
        now = self.clock.monotonic()
        for flight in self._agenda.due_retries(now):
            lane, route = flight.lane, flight.route_again(now)
            if lane.stopped:
                flight.explain(_STOPPED)
                yield from self._end(flight)
            elif self._budget.spent_calls:
                flight.explain(self._budget.spent_calls)
                yield from self._end(flight)
            elif lane.is_away:  # there is no use in spending attempts on nobody
                flight.put_off(now, _LONGEST_POLL_S)
                self._agenda.put_retry(flight, flight.due_at)
            elif (wait_s := _hold_s(lane, route, now)) > 0:
                self._agenda.put_retry(flight, now + wait_s)
            else:
                self._send_again(flight, route, now)

    def _send_again(self, flight: Flight, route: Route, now: float) -> None:
        self._agenda.begin(flight)
        if route is not flight.route:
            self._loader.reroute(flight, route)
        flight.lane.start_again(flight.route, now, flight.tokens)
        self._send(flight)

    def _look_again(self) -> None:
        """Let a call that waits look for a target that is away, where no new one can.

        The one with the fewest attempts: a look in vain is one of them.
        """
        now = self.clock.monotonic()
        for lane in self._lanes.values():
            if self._budget.spent_calls:
                return
            if lane.stopped or not lane.is_away or lane.away_s(now) > 0:
                continue
            flight = self._agenda.freshest(lane, until=now + _LONGEST_POLL_S)
            if flight is None or _hold_s(lane, route := flight.route_again(now), now) > 0:
                continue
            self._agenda.take(flight)
            flight.bring_forward(now)
            self._send_again(flight, route, now)

    def _start(self, lane: Lane, turn: Turn, now: float) -> Iterator[Unsent]:
        slot = lane.waiting[0]
        loaded = self._loader.load(lane, turn, now)
        if isinstance(loaded, Unsent):
            self._over(slot)
            reason = self._redactor.text(loaded.reason)
            fault = loaded.fault and replace(loaded.fault, message=reason)
            yield replace(loaded, reason=reason, fault=fault)
            return
        if lane.counts_tokens:
            loaded.reckoned = sum(reckoned_tokens(one.call) for one in loaded.built)
            loaded.tokens = lane.limiter.expected(loaded.reckoned)
        loaded.due_at = lane.start(loaded.route, now, loaded.tokens)
        self._budget.start(lane.target.name, len(loaded.slots))
        self._send(loaded)

    def _send(self, flight: Flight) -> None:
        self._budget.sent += 1
        self._wire.send(flight)

    def _poll_s(self) -> float:
        """Give how long to wait for outcomes before something else is due."""
        now = self.clock.monotonic()
        for lane in self._lanes.values():
            lane.rest_if_idle(now)
            if lane.waiting or lane.limiter.in_flight:
                self._tell_waits(lane, now)
        waits = [_LONGEST_POLL_S, self._turns.wait_s]
        waits += self._agenda.waits_s(now)
        waits += [w for lane in self._lanes.values() if (w := lane.wait_s(now)) > 0]
        return max(0.0, min(waits))

    def _tell_waits(self, lane: Lane, now: float) -> None:
        """Tell of a target that is away, and of a long wait for what is left; each once."""
        if absence := lane.untold_absence(now):
            self.held(absence)
        for route in lane.routes.routes:
            if held_s := route.allowance.untold_s(now):
                where = f" at {origin_of(route.url)}" if lane.routes.has_choice else ""
                self.held(
                    f"{lane.target.name}{where}: its server's limit is used up, by what it says: "
                    f"nothing is sent there for {held_s:.0f} s"
                )

    def _take_in(self, wait_s: float) -> Iterator[Exchange]:
        if not self._wire:
            self.stop.wait(wait_s)
            return
        for flight in self._wire.arrivals(wait_s):
            fault = flight.attempts[-1].fault
            if fault is None:
                yield from self._end(flight)
            elif (reason := self._try_later(flight, fault)) is not None:
                flight.explain(reason)
                yield from self._end(flight)

    def _try_later(self, flight: Flight, fault: Fault) -> str | None:
        """Let a flight that failed wait for its next attempt, else say why there is none."""
        now, wall = self.clock.monotonic(), self.clock.wall()
        most = 1 if self.is_replay else self.suite.run.attempts
        wait = next_wait_s(tuple(flight.attempts), most, self._random, wall, LONGEST_HOLD_S)
        if isinstance(wait, GiveUp):
            return wait.reason
        if over := _STOPPED if flight.lane.stopped else self._budget.spent_calls:
            return over
        flight.waited_s = self._loader.wait_s(flight, wait, now)
        asked_s = asked_wait_s(flight.attempts[-1], wall) if flight.waited_s else None
        if asked_s is not None and (reason := too_long(asked_s)):
            if not flight.lane.refusals.are_all:
                return reason
            flight.lane.doubt(fault, now)
            self._doubts.add(flight, now, reason)
        flight.due_at = now + flight.waited_s
        self._agenda.put_retry(flight, flight.due_at)
        return None

    def _end(self, flight: Flight) -> Iterator[Exchange]:
        flight.lane.end(flight.route)
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
        self._over(*flight.slots)
        yield from exchanges


def _hold_s(lane: Lane, route: Route, now: float) -> float:
    """Give how long a call that is due again waits still for what its address takes; 0: it may go.

    The caps of its target count every attempt.
    """
    wait_s = max(lane.limiter.wait_s(now), route.wait_s(now))
    return wait_s if wait_s > 0 or route.pressure.has_room() else _RETRY_LOOK_S
