"""Several addresses of one target: which of them takes the next call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from math import inf
from typing import Literal, NamedTuple

from harness.data.exchange import Fault, FaultKind
from harness.data.noun import replace
from harness.data.suite import Target
from harness.lanes.allowance import Allowance
from harness.lanes.pressure import Pressure

UNSERVED: frozenset[FaultKind] = frozenset(
    {"connect", "loading", "overloaded", "timeout", "truncated"}
)
"""Faults of a server that does not do its work, whatever it is asked."""
_IN_A_ROW = 3
_FIRST_REST_S = 5.0
_LONGEST_REST_S = 60.0


@dataclass(slots=True)
class Route:
    """One address, with what its server bears, and its circuit.

    After three faults in a row it rests, then one call probes it. Rests last 5 s at first, twice as
    long after every probe that failed, at most 60 s.
    """

    target: Target
    """The target with this address in its options."""
    url: str
    pressure: Pressure
    """Of its origin; others at the same one share it."""
    allowance: Allowance = field(default_factory=Allowance)
    """What is left of the server's limits."""
    steps: Allowance = field(default_factory=Allowance)
    """The same for what follows a job's submission: servers often limit that apart."""
    in_flight: int = 0
    rests_until: float | None = None
    """Monotonic seconds; None while the circuit is closed."""
    is_unmet: bool = False
    """Whether the last call found nobody there."""
    _rest_s: float = 0.0
    _in_a_row: int = 0
    _is_probed: bool = False

    def is_open_for(self, now: float) -> bool:
        """Whether a call may go here: the circuit is closed, or it is time for the one probe."""
        if self.rests_until is None:
            return True
        return now >= self.rests_until and not self._is_probed

    def may_start(self, now: float, *, is_look: bool = False) -> bool:
        """Whether its server bears another call at `now` (monotonic seconds).

        One that looks whether it serves anybody takes no place of those that wait for that.
        """
        bears = self.pressure.may_look if is_look else self.pressure.may_start
        return bears(now) and self.allowance.wait_s(now) <= 0

    def wait_s(self, now: float) -> float:
        """Give the seconds until what its server says or bears allows the next start."""
        return max(self.pressure.wait_s(now), self.allowance.wait_s(now))

    def start(self, now: float, tokens: float = 0.0) -> None:
        """Count a call that starts here."""
        self.pressure.start(now)
        self.allowance.start(now, tokens)

    def start_again(self, now: float, tokens: float = 0.0) -> None:
        """Count another attempt of a call that is in flight here."""
        self.pressure.start_again(now)
        self.allowance.start(now, tokens)

    def take(self) -> None:
        """Count a call that goes here; on an open circuit it is the probe."""
        self.in_flight += 1
        self._is_probed = self.rests_until is not None

    def learn(self, fault: Fault | None, now: float, *, is_unmet: bool = False) -> None:
        """Take in how a call that went here ended; `is_unmet`: it found nobody."""
        self.in_flight -= 1
        self.is_unmet = is_unmet
        if fault is None or fault.kind not in UNSERVED:
            self._in_a_row, self.rests_until, self._rest_s = 0, None, 0.0
            self._is_probed = False
            return
        self._in_a_row += 1
        failed_probe = self._is_probed and self.rests_until is not None
        if failed_probe or (self.rests_until is None and self._in_a_row >= _IN_A_ROW):
            self._rest_s = min(_LONGEST_REST_S, self._rest_s * 2 or _FIRST_REST_S)
            self.rests_until = now + self._rest_s
            self._is_probed = False


class Turn(NamedTuple):
    """Where a call goes."""

    meant: Route
    """The address it is meant for, were all of them well."""
    route: Route
    """The one that takes it."""


@dataclass(slots=True)
class Routes:
    """The addresses of a target, in the order written."""

    routes: Sequence[Route]
    balance: Literal["failover", "round_robin", "least_busy"]
    _turn: int = 0
    """The place of the address whose turn is next, where calls are spread one by one."""
    _only: Turn | None = field(init=False, default=None)
    """Where every call goes, if there is but one address."""

    def __post_init__(self) -> None:
        """See whether there is a choice."""
        if len(self.routes) == 1:
            self._only = Turn(self.routes[0], self.routes[0])

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one address."""
        return len(self.routes) > 1

    @property
    def are_dead(self) -> bool:
        """Whether all circuits are open, and nobody was found at any address."""
        return all(one.rests_until is not None and one.is_unmet for one in self.routes)

    def rest_s(self, now: float) -> float:
        """Give the seconds until an address may be asked: 0 now, infinite while it is probed."""
        if any(route.is_open_for(now) for route in self.routes):
            return 0.0
        rests = [one.rests_until for one in self.routes if one.rests_until is not None]
        return min((until - now for until in rests if until > now), default=inf)

    def next(self, now: float, *, is_look: bool = False) -> Turn | None:
        """Give where a call that starts now goes; None: it has to wait for what a server bears.

        Where calls are spread, an address that bears no more for the moment lets others go first.
        `is_look`: see `Route.may_start`.
        """
        if self._only is not None:  # asked several times a call
            return self._only if self._only.route.may_start(now, is_look=is_look) else None
        turns = self._turns(now)
        return next((turn for turn in turns if turn.route.may_start(now, is_look=is_look)), None)

    def wait_s(self, now: float) -> float:
        """Give the seconds until what servers say or bear allows the next start."""
        if self._only is not None:
            return self._only.route.wait_s(now)
        return min(turn.route.wait_s(now) for turn in self._turns(now))

    @property
    def count_tokens(self) -> bool:
        """Whether a server has said that it counts tokens."""
        if self._only is not None:
            return self._only.route.allowance.counts_tokens
        return any(route.allowance.counts_tokens for route in self.routes)

    @property
    def round_trip_s(self) -> float:
        """Seconds a good answer takes where it is soonest; 0: not known yet."""
        known = (route.pressure.round_trip_s for route in self.routes)
        return min((seconds for seconds in known if seconds > 0), default=0.0)

    def pass_on(self, turn: Turn) -> None:
        """Learn that a call has taken its turn: the one after it is of the next address."""
        self._turn = self.routes.index(turn.meant) + 1

    def _turns(self, now: float) -> Iterator[Turn]:
        """Give where the next call may go, the best first."""
        order = self.routes[:1]
        if self.balance == "round_robin":
            start = self._turn % len(self.routes)
            order = [*self.routes[start:], *self.routes[:start]]
        elif self.balance == "least_busy":
            order = sorted(self.routes, key=lambda route: route.in_flight)
        for meant in order:
            route = meant if meant.is_open_for(now) else self.choose(meant, now)
            yield Turn(meant, route)

    def choose(self, meant: Route, now: float, avoid: Route | None = None) -> Route:
        """Give the address a call goes to: `meant` if it is well, else the next one that is.

        `avoid` has just failed this call. Where none is well the one that rests the shortest is
        tried: a call is never refused here.
        """
        start = self.routes.index(meant)
        order = [*self.routes[start:], *self.routes[:start]]
        well = [route for route in order if route.is_open_for(now) and route is not avoid]
        if well:
            if self.balance == "least_busy":
                return min(well, key=lambda route: route.in_flight)
            return well[0]
        return min(order, key=lambda route: (route is avoid, route.rests_until or 0.0))


class Address(NamedTuple):
    """One of the places where a target is asked."""

    url: str
    """Empty where its provider knows no other than its own."""
    target: Target
    """The target with this address in its options."""


def addresses_of(target: Target, options: type) -> tuple[Address, ...]:
    """Give the addresses of a target; `options` is its provider's type of keys."""
    names = {item.name for item in fields(options)}
    key = "url" if "url" in names else "base_url"
    if not target.urls:
        return (Address(str(target.options.get(key, "")), target),)
    return tuple(
        Address(url, replace(target, options={**target.options, key: url})) for url in target.urls
    )


def routes_of(target: Target, options: type, ceiling: int) -> Routes:
    """Give the routes of a target; `options` is its provider's type of keys.

    Each has a pressure of its own, `ceiling` calls in flight at most, until it is made to share.
    """
    addresses = addresses_of(target, options)
    routes = [Route(one.target, one.url, Pressure(ceiling)) for one in addresses]
    return Routes(routes, target.balance)
