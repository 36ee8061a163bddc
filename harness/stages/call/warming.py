"""Warm-ups first: no measured call of any target starts before all of them are over."""

from collections.abc import Iterable

from harness.data.call import Slot
from harness.lanes.lane import Lane


class WarmUps:
    """Those taken from the plan that are not over, answered or not."""

    def __init__(self) -> None:
        self._places: set[int] = set()
        """In the plan."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._places)

    def add(self, slot: Slot) -> None:
        """Take in what is to be called."""
        if slot.is_warmup:
            self._places.add(slot.seq)

    def may_start(self, lanes: Iterable[Lane]) -> Iterable[Lane]:
        """Give the lanes whose next call may start as far as warm-ups go."""
        if not self._places:
            return lanes
        return [lane for lane in lanes if lane.waiting and lane.waiting[0].is_warmup]

    def over(self, slots: Iterable[Slot], lanes: Iterable[Lane], now: float) -> None:
        """Count what is over; what the last of them kept waiting is due afresh from `now` on."""
        self._places.difference_update(slot.seq for slot in slots)
        if not self._places:
            for lane in lanes:
                lane.limiter.rest(now)
