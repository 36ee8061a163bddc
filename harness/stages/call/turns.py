"""Whose call starts next: those of the plan in turn, so that no target is always first."""

from collections.abc import Iterable
from math import inf

from harness.lanes.lane import Lane
from harness.lanes.routes import Turn

_PATIENCE = 0.1
"""Of a round trip: how long a call waits for one before it in the plan that has no place yet."""


class Turns:
    """Starts calls in the order of the plan, as far as that costs next to nothing.

    A call that ended leaves its place to a call of its own target. Where answers take equally
    long, places come free in the order in which they were taken: were each taken again at once,
    a target that was first in one round of answers would be first in the next, and so on to the
    end of the run. The order within pairs, drawn at random, would be lost, and what being first
    or last in a round costs would be laid to one target. So a call waits for those before it in
    the plan, until the target of the first has a place; not longer than a tenth of a round trip,
    since a target that is slow is not to keep the others from being asked. Nobody waits for what
    a rate, a quota or a refusal holds back, nor where a rate says when calls are due.
    """

    def __init__(self) -> None:
        self._until = inf
        """When the call that waits now has waited long enough; infinite: none waits."""
        self.wait_s = inf
        """Seconds until then, when it was last asked whose call is next."""

    def next(self, lanes: Iterable[Lane], now: float) -> tuple[Lane, Turn] | None:
        """Give the lane whose call is to start at `now` (monotonic seconds), and where it goes.

        None: none may.
        """
        first: Lane | None = None
        fit: tuple[Lane, Turn] | None = None
        first_seq = fit_seq = inf
        for lane in lanes:
            if not lane.waiting:
                continue
            seq = lane.waiting[0].seq
            if seq < first_seq:
                first, first_seq = lane, seq
            if seq < fit_seq and (turn := lane.next(now)) is not None:
                fit, fit_seq = (lane, turn), seq
        self.wait_s = inf
        if fit is None or first is None or not _is_waited_for(first, by=fit[0]):
            self._until = inf
            return fit
        if self._until == inf:
            self._until = now + _PATIENCE * first.routes.round_trip_s
        if now >= self._until:
            return fit
        self.wait_s = self._until - now
        return None


def _is_waited_for(first: Lane, *, by: Lane) -> bool:
    is_full = first is not by and first.limiter.is_full
    return is_full and not first.limiter.has_rate and not first.is_away
