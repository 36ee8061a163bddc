"""The interval of a drop that was looked at while answers came in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness import stats

if TYPE_CHECKING:
    from harness.gates.rows import Column, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What was looked for, in rows that are in the order of asking, in whole clusters."""

    drop: float
    """That may be kept to or not, in [0, 1)."""
    largest: int
    """The most cases a cluster has, of all that were planned; 1 where there are none."""

    def interval(
        self, deltas: "Column", clusters: "Units | None", confidence: float
    ) -> stats.Interval:
        """Give the mean of `deltas`, each in [-1, 1]; it holds at whatever row one stopped."""
        sequence = stats.ConfidenceSequence(self.drop, confidence, self.largest)
        return sequence.update(deltas, clusters).interval
