"""One target's queue of calls: what waits, what may start, when it is given up."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.data.call import Slot
from harness.data.exchange import Fault, FaultKind
from harness.data.suite import RunSettings, Target
from harness.limiter import Limiter
from harness.routes import Routes, routes_of

_AT_ONCE: frozenset[FaultKind] = frozenset({"auth", "billing"})
_AFTER_SOME: frozenset[FaultKind] = frozenset({"connect", "gated", "not_found", "refused"})
_SOME = 5


@dataclass(slots=True)
class Lane:
    """The calls of one target, in plan order."""

    target: Target
    limiter: Limiter
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


def open_lanes(
    targets: tuple[Target, ...], run: RunSettings, options: Mapping[str, type]
) -> dict[str, Lane]:
    """Give an empty lane for every target, all with the same limits.

    `options` are the types of keys by provider name.
    """
    return {
        target.name: Lane(
            target,
            Limiter(ceiling=run.concurrency, rate=run.rate),
            routes_of(target, options[target.provider]),
        )
        for target in targets
    }
