"""One target's queue of calls: what waits, what may start, when it is given up."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.credentials import origin_of
from harness.data.call import Slot
from harness.data.exchange import Fault, FaultKind
from harness.data.suite import RunSettings, Target
from harness.lanes.limiter import Limiter
from harness.lanes.pressure import Pressure
from harness.lanes.routes import Routes, routes_of

_AT_ONCE: frozenset[FaultKind] = frozenset({"auth", "billing"})
_AFTER_SOME: frozenset[FaultKind] = frozenset({"connect", "gated", "not_found", "refused"})
_SOME = 5


@dataclass(slots=True)
class Lane:
    """The calls of one target, in plan order."""

    target: Target
    limiter: Limiter
    pressure: Pressure
    routes: Routes
    waiting: deque[Slot] = field(default_factory=deque)
    stopped: str = ""
    """Why nothing more is sent to this target; empty while it is served."""
    _in_a_row: int = 0
    _last_kind: str = ""

    def learn(self, fault: Fault | None) -> None:
        """Take in how a call ended: stop at 401, 402 and at five dead ends in a row."""
        if fault is None:
            self._in_a_row = 0
            return
        self._in_a_row = self._in_a_row + 1 if fault.kind == self._last_kind else 1
        self._last_kind = fault.kind
        if self.stopped:
            return
        if fault.kind in _AT_ONCE and fault.status in {401, 402}:
            self.stopped = f"{self.target.name}: {fault.message}"
        elif (fault.kind in _AFTER_SOME or fault.kind in _AT_ONCE) and self._in_a_row >= _SOME:
            self.stopped = f"{self.target.name}: {self._in_a_row} calls in a row: {fault.message}"

    def may_start(self, now: float) -> bool:
        """Whether a call that waits may start at `now` (monotonic seconds)."""
        return bool(self.waiting) and self.limiter.may_start(now) and self.pressure.may_start(now)

    def wait_s(self, now: float) -> float:
        """Give the seconds until the rate cap and the server's quota allow the next start."""
        return max(self.limiter.wait_s(now), self.pressure.wait_s(now))

    @property
    def counts_tokens(self) -> bool:
        """Whether the tokens a call will take are to be reckoned before it starts."""
        return self.limiter.counts_tokens or self.pressure.counts_tokens

    def start(self, now: float, tokens: float = 0.0) -> float:
        """Count a call that starts; give when it was due, monotonic seconds."""
        self.pressure.start(now, tokens)
        return self.limiter.start(now, tokens)

    def start_again(self, now: float, tokens: float = 0.0) -> None:
        """Count another attempt of a call in flight."""
        self.limiter.start_again(now, tokens)
        self.pressure.start_again(now, tokens)

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
    """Give an empty lane for every target, all with the same limits.

    Targets at the same addresses, asked with the same credential, share what the server bears.
    """
    lanes: dict[str, Lane] = {}
    shared: dict[object, list[Lane]] = {}
    for target in targets:
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
        )
        lanes[target.name] = lane
        named = str(target.options.get("url") or target.options.get("base_url") or "")
        origins = frozenset(origin_of(route.url or named) for route in lane.routes.routes)
        shared.setdefault((origins, provider.credential), []).append(lane)
    for together in shared.values():
        pressure = Pressure(run.concurrency * len(together))
        for lane in together:
            lane.pressure = pressure
    return lanes
