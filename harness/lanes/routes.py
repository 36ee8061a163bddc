"""Several addresses of one target: which of them takes the next call."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from math import inf
from typing import Literal

from harness.data.exchange import Fault, FaultKind
from harness.data.noun import replace
from harness.data.suite import Target

UNSERVED: frozenset[FaultKind] = frozenset(
    {"connect", "loading", "overloaded", "timeout", "truncated"}
)
"""Faults of a server that does not do its work, whatever it is asked."""
_IN_A_ROW = 3
_FIRST_REST_S = 5.0
_LONGEST_REST_S = 60.0


@dataclass(slots=True)
class Route:
    """One address with its circuit: after three faults in a row it rests, then one call probes it.

    Rests last 5 s at first, twice as long after every probe that failed, at most 60 s.
    """

    target: Target
    """The target with this address in its options."""
    url: str
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


@dataclass(slots=True)
class Routes:
    """The addresses of a target, in the order written."""

    routes: Sequence[Route]
    balance: Literal["failover", "round_robin", "least_busy"]
    _turn: int = field(default=0)

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

    def meant(self) -> Route:
        """Give the address the next call is meant for, were all of them well."""
        if self.balance == "round_robin":
            self._turn += 1
            return self.routes[(self._turn - 1) % len(self.routes)]
        if self.balance == "least_busy":
            return min(self.routes, key=lambda route: route.in_flight)
        return self.routes[0]

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


def routes_of(target: Target, options: type) -> Routes:
    """Give the routes of a target; `options` is its provider's type of keys."""
    names = {item.name for item in fields(options)}
    key = "url" if "url" in names else "base_url"
    urls = target.urls or (str(target.options.get(key, "")),)
    routes = [Route(target, url) for url in urls]
    if target.urls:
        routes = [Route(replace(target, options={**target.options, key: url}), url) for url in urls]
    return Routes(routes, target.balance)
