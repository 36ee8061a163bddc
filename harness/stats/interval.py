"""What every estimate of this package is: a number with the range it may lie in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with a two-sided confidence interval, all three in the estimate's own unit.

    `low <= estimate <= high`. A limit that this many cases cannot give is the end of the range the
    quantity can take, which for a time or a ratio of times is 0 and infinity.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    """Two-sided, in (0, 1); each side errs at most (1 - confidence) / 2."""
    method: str
    """The method's name as a report prints it; `no data` when there was nothing to estimate."""
