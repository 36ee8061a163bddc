"""One target's queue of calls: what waits, what may start, when it is given up."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.credentials import origin_of
from harness.data.call import Slot
from harness.data.exchange import Fault
from harness.data.suite import RunSettings, Target
from harness.lanes.allowance import Allowance
from harness.lanes.limiter import Limiter
from harness.lanes.pressure import Pressure
from harness.lanes.pulse import Pulse
from harness.lanes.routes import UNSERVED, Route, Routes, routes_of


@dataclass(slots=True)
class Lane:
    """The calls of one target, in plan order."""

    target: Target
    limiter: Limiter
    pressure: Pressure
    routes: Routes
    pulse: Pulse
    allowance: Allowance = field(default_factory=Allowance)
    """What is left of the server's limits."""
    steps: Allowance = field(default_factory=Allowance)
    """The same for what follows a job's submission: servers often limit that apart."""
    waiting: deque[Slot] = field(default_factory=deque)
    stopped: str = ""
    """Why nothing more is sent to this target; empty while it is served."""
    is_away: bool = False
    """Whether it has answered and nobody is found there any more: one call at a time looks."""

    def tried(
        self,
        route: Route,
        fault: Fault | None,
        now: float,
        sent_at: float,
        *,
        is_connected: bool,
        is_first: bool,
    ) -> None:
        """Take in an attempt, sent at `sent_at`; see `Pulse` for when the target is given up.

        `is_connected`: whether there was a connection; `is_first`: whether it was its call's first.
        """
        if fault is None or fault.kind not in UNSERVED:
            route.learn(fault, now)
            self.heard(now)
            return
        is_late = fault.kind == "timeout" and fault.status is None
        is_unmet = fault.kind == "connect" or (is_late and not is_connected)
        route.learn(fault, now, is_unmet=is_unmet)
        self._stop(self.pulse.missed(fault, now, sent_at, is_unmet=is_unmet, is_first=is_first))
        self.is_away = self.pulse.has_answered and self.routes.are_dead

    def heard(self, now: float) -> None:
        """Learn that the target answered, be it only a step of a job that goes on."""
        self.pulse.answered(now)
        self.is_away = False

    def ended(self, fault: Fault | None) -> None:
        """Take in how a call ended, all of its attempts made."""
        self._stop(self.pulse.ended(fault))

    def _stop(self, reason: str) -> None:
        if reason and not self.stopped:
            self.stopped = f"{self.target.name}: {reason}"

    def away_s(self, now: float) -> float:
        """Give the seconds until one call may look whether anybody is there again; 0: it may now.

        Infinite while one is looking.
        """
        return self.routes.rest_s(now) if self.is_away else 0.0

    def may_start(self, now: float) -> bool:
        """Whether a call that waits may start at `now` (monotonic seconds)."""
        return (
            bool(self.waiting)
            and not (self.is_away and self.away_s(now) > 0)
            and self.limiter.may_start(now)
            and self.pressure.may_start(now)
            and self.allowance.wait_s(now) <= 0
        )

    def wait_s(self, now: float) -> float:
        """Give the seconds until the rate cap and the server's limits allow the next start."""
        return max(self.limiter.wait_s(now), self.pressure.wait_s(now), self.allowance.wait_s(now))

    @property
    def counts_tokens(self) -> bool:
        """Whether the tokens a call will take are to be reckoned before it starts."""
        return self.limiter.counts_tokens or self.allowance.counts_tokens

    def start(self, now: float, tokens: float = 0.0) -> float:
        """Count a call that starts; give when it was due, monotonic seconds."""
        self.pressure.start(now)
        self.allowance.start(now, tokens)
        return self.limiter.start(now, tokens)

    def start_again(self, now: float, tokens: float = 0.0) -> None:
        """Count another attempt of a call in flight."""
        self.limiter.start_again(now, tokens)
        self.pressure.start_again(now)
        self.allowance.start(now, tokens)

    def rest_if_idle(self, now: float) -> None:
        """Learn that all that may start has started: where nothing waits, the caps rest."""
        if not self.waiting:
            self.limiter.rest(now)

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.limiter.end()
        self.pressure.end()


def open_lanes(
    targets: tuple[Target, ...], run: RunSettings, providers: Mapping[str, Provider]
) -> dict[str, Lane]:
    """Give an empty lane for every target that is called, all with the same limits.

    Targets at the same addresses, asked with the same credential, share what the server bears.
    """
    lanes: dict[str, Lane] = {}
    shared: dict[object, list[Lane]] = {}
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
            Pressure(run.concurrency),
            routes_of(target, provider.options),
            Pulse(run.concurrency),
        )
        lanes[target.name] = lane
        named = str(target.options.get("url") or target.options.get("base_url") or "")
        origins = frozenset(origin_of(route.url or named) for route in lane.routes.routes)
        shared.setdefault((origins, provider.credential), []).append(lane)
    for together in shared.values():
        pressure = Pressure(run.concurrency * len(together))
        allowances = [one for lane in together for one in (lane.allowance, lane.steps)]
        for lane in together:
            lane.pressure = pressure
            lane.allowance.share(allowances)
            lane.steps.share(allowances)
    return lanes
