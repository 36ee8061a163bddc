"""One target's queue of calls: what waits, what may start, when it is given up."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from random import Random

from harness.api.kinds import Provider
from harness.credentials import origin_of
from harness.data.call import Slot
from harness.data.exchange import Fault
from harness.data.suite import RunSettings, Target
from harness.lanes.allowance import Allowance
from harness.lanes.limiter import Limiter
from harness.lanes.pressure import Pressure
from harness.lanes.pulse import Pulse
from harness.lanes.quota import LONGEST_HOLD_S
from harness.lanes.refusals import REFUSALS, Refusals
from harness.lanes.routes import UNSERVED, Route, Routes, Turn, routes_of

_UNANSWERED = UNSERVED | {"rate_limited"}
"""Faults of a target that did not take up what was asked; any other is an answer of its own."""
_WORTH_TELLING_S = 5.0


@dataclass(slots=True)
class Lane:
    """The calls of one target, in plan order."""

    target: Target
    limiter: Limiter
    routes: Routes
    pulse: Pulse
    refusals: Refusals
    waiting: deque[Slot] = field(default_factory=deque)
    stopped: str = ""
    """Why nothing more is sent to this target; empty while it is served."""
    is_gone: bool = False
    """Whether it has answered and nobody is found there any more."""
    _away_since: float = inf
    """Monotonic seconds; infinite: it is not away, or that was told."""
    _away_words: str = ""

    @property
    def is_away(self) -> bool:
        """Whether it serves nobody at the moment: one call at a time looks, the others wait."""
        return self.is_gone or self.refusals.is_away

    def send(self, route: Route) -> bool:
        """Count an attempt that goes out, to an address; give whether it looks for the target."""
        is_look = self.is_away and not self.refusals.is_doubted
        route.take()
        self.refusals.look()
        return is_look

    def tried(
        self,
        route: Route,
        fault: Fault | None,
        now: float,
        sent_at: float,
        *,
        is_connected: bool,
        is_first: bool,
        is_look: bool = False,
        asked_s: float | None = None,
    ) -> None:
        """Take in an attempt, sent at `sent_at`; see `Pulse` for when the target is given up.

        `is_connected`: whether there was a connection; `is_first`: whether it was its call's first;
        `is_look`: whether it was sent to look; `asked_s`: the wait its server asked for. A server
        that refuses all and asks for longer than the windows of limits last is not waited for.
        """
        if fault is None or fault.kind not in _UNANSWERED:
            route.learn(fault, now)
            self.heard(now)
            return
        is_late = fault.kind == "timeout" and fault.status is None
        is_unmet = fault.kind == "connect" or (is_late and not is_connected)
        was_away = self.is_away
        self.refusals.missed(fault, now, sent_at, asked_s)
        route.learn(fault, now, is_unmet=is_unmet)
        self._stop(
            self.pulse.missed(
                fault,
                now,
                sent_at,
                is_unmet=is_unmet,
                is_first=is_first,
                is_look=is_look,
                asked_s=asked_s if asked_s is not None and fault.status in REFUSALS else 0.0,
            )
        )
        self.is_gone = self.pulse.has_answered and self.routes.are_dead
        is_known = self.refusals.is_away and not self.refusals.is_doubted
        if is_known and (asked_s or 0.0) > LONGEST_HOLD_S:
            self._stop(f"answers nobody, and asks to wait {asked_s:g} s: {fault.message}")
        if self.is_away:
            self._away_since = self._away_since if was_away else now
            self._away_words = fault.message
        else:  # somebody is there, if only to fail
            self._away_since = inf

    def doubt(self, fault: Fault, now: float) -> None:
        """Learn that a call that was turned away would wait for long, if the others are too."""
        was_away = self.is_away
        self.refusals.doubt(now)
        if not was_away:
            self._away_since, self._away_words = now, fault.message

    def heard(self, now: float) -> None:
        """Learn that the target answered, be it only a step of a job that goes on."""
        self.pulse.answered(now)
        self.refusals.answered(now)
        self.is_gone, self._away_since = False, inf

    def untold_absence(self, now: float) -> str:
        """Give what is to be said of it if it has been away for some seconds; empty once told."""
        if now - self._away_since < _WORTH_TELLING_S:
            return ""
        self._away_since = inf
        return (
            f"{self.target.name}: answers nobody ({self._away_words}): one call at a time looks "
            "whether that is over, the others wait"
        )

    def ended(self, fault: Fault | None) -> None:
        """Take in how a call ended, all of its attempts made."""
        self._stop(self.pulse.ended(fault))

    def _stop(self, reason: str) -> None:
        if reason and not self.stopped:
            self.stopped = f"{self.target.name}: {reason}"

    def away_s(self, now: float) -> float:
        """Give the seconds until one call may look whether anybody serves again; 0: it may now.

        Infinite while one is looking.
        """
        gone_s = self.routes.rest_s(now) if self.is_gone else 0.0
        return max(gone_s, self.refusals.wait_s(now))

    def next(self, now: float) -> Turn | None:
        """Give where the next call goes if it may start at `now` (monotonic seconds).

        While the target is away, that is the one that looks. A new call is the best to do that: it
        is no matter of this call alone if it is refused too, and none has spent its attempts.
        """
        if not self.waiting:
            return None
        if not self.is_away:
            return self.routes.next(now) if self.limiter.may_start(now) else None
        if self.away_s(now) > 0 or self.limiter.wait_s(now) > 0:
            return None
        return self.routes.next(now, is_look=True)

    def wait_s(self, now: float) -> float:
        """Give the seconds until the rate cap and the server's limits allow the next start."""
        return max(self.limiter.wait_s(now), self.routes.wait_s(now))

    @property
    def counts_tokens(self) -> bool:
        """Whether the tokens a call will take are to be reckoned before it starts."""
        return self.limiter.counts_tokens or self.routes.count_tokens

    def start(self, route: Route, now: float, tokens: float = 0.0) -> float:
        """Count a call that starts; give when it was due, monotonic seconds."""
        route.start(now, tokens)
        return self.limiter.start(now, tokens)

    def start_again(self, route: Route, now: float, tokens: float = 0.0) -> None:
        """Count another attempt of a call in flight."""
        self.limiter.start_again(now, tokens)
        route.start_again(now, tokens)

    def rest_if_idle(self, now: float) -> None:
        """Learn that all that may start has started: where nothing waits, the caps rest."""
        if not self.waiting:
            self.limiter.rest(now)

    def end(self, route: Route) -> None:
        """Count a call that ended, retries included, the last of them at that address."""
        self.limiter.end()
        route.pressure.end()


def open_lanes(
    targets: tuple[Target, ...], run: RunSettings, providers: Mapping[str, Provider], random: Random
) -> dict[str, Lane]:
    """Give an empty lane for every target that is called, all with the same limits.

    Addresses at one origin, asked with one credential, share what the server bears, whichever
    targets they are of; a target with several addresses learns for each what its server bears.
    """
    lanes: dict[str, Lane] = {}
    shared: dict[object, list[tuple[Lane, Route]]] = {}
    for target in targets:
        if target.run is not None:
            continue
        provider = providers[target.provider]
        lane = Lane(
            target,
            Limiter(
                ceiling=run.concurrency,
                rate=run.rate,
                tokens_per_minute=run.tokens_per_minute,
            ),
            routes_of(target, provider.options, run.concurrency),
            Pulse(run.concurrency),
            Refusals(run.concurrency, random),
        )
        lanes[target.name] = lane
        named = str(target.options.get("url") or target.options.get("base_url") or "")
        for route in lane.routes.routes:
            account = origin_of(route.url or named), provider.credential
            shared.setdefault(account, []).append((lane, route))
    for together in shared.values():
        targets_there = {lane.target.name for lane, _ in together}
        pressure = Pressure(run.concurrency * len(targets_there))
        routes = [route for _, route in together]
        allowances: list[Allowance] = []
        for route in routes:
            route.pressure = pressure
            route.allowance.share(allowances)
            route.steps.share(allowances)
    return lanes
