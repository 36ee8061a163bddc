"""The intervals a suite would see if all its answers were alike: the narrowest there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness import stats

_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Extremes:
    """What so many cases, or clusters of them, come to where every one gives the same."""

    cases: int
    clusters: Sequence[int] | None
    """Cases of every cluster; None: every case is a unit of its own."""
    confidence: float

    @property
    def count(self) -> int:
        """Number of units."""
        return self.cases if self.clusters is None else len(self.clusters)

    @property
    def units(self) -> str:
        """What the units are called where their number is told."""
        return "cases" if self.clusters is None else "clusters of one size"

    def change(self, delta: float) -> stats.Interval:
        """Give the interval of a difference if every case has `delta`: 0, or -1 for all worse."""
        if self.clusters is not None:
            return stats.all_alike(delta, self.clusters, self.confidence)
        lost = self.cases if delta < 0 else 0
        return stats.paired_proportion(lost, 0, self.cases, self.confidence)

    def share(self, value: float) -> stats.Interval:
        """Give the interval of a share if every case has `value`, 0 or 1."""
        if self.clusters is not None:
            found = stats.all_alike(2 * value - 1, self.clusters, self.confidence)
            low, high = (1 + found.low) / 2, (1 + found.high) / 2
            return replace(found, estimate=value, low=low, high=high)
        return stats.proportion(round(value) * self.cases, self.cases, self.confidence)

    def to_stay_within(self, limit: float) -> int:
        """Give how many units, none of which changes, keep to a change of `limit`, in (0, 1)."""
        if self.clusters is not None:
            return stats.clusters_to_pass(limit, self.confidence)
        return stats.cases_to_pass(limit, self.confidence)

    def first(self, holds: "Callable[[Extremes], bool]") -> int | None:
        """Give the first number of units at which it holds, None when none does.

        More of them never undo it; clusters are taken to be of one size.
        """

        def of(n: int) -> Extremes:
            clusters = None if self.clusters is None else [1] * n
            return Extremes(n, clusters, self.confidence)

        short, enough = 0, max(1, self.count)
        while not holds(of(enough)):
            short, enough = enough, 2 * enough
            if enough > _MOST:
                return None
        while enough - short > 1:
            middle = (short + enough) // 2
            short, enough = (short, middle) if holds(of(middle)) else (middle, enough)
        return enough
