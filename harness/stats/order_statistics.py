"""Quantiles with limits that are values of the sample themselves."""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from math import exp, inf
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.beta import count_share
from harness.stats.inputs import checked_column, checked_pairs, checked_share
from harness.stats.interval import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_METHOD = "order statistics"


def quantile(values: "ArrayLike", q: float, confidence: float = 0.95) -> Interval:
    """Give the q-quantile of values >= 0, shape (n,), n >= 1, in their own unit.

    The estimate interpolates between order statistics (Hyndman and Fan 1996, type 7); the limits
    are the innermost two that hold the true quantile with at least `confidence` whatever the
    distribution (Conover 1999, section 3.2). Where n is too small for one, it is 0 or infinity.
    Raises ValueError when a value is NaN, infinite or negative, when there is none, or q is not
    in (0, 1).
    """
    column = checked_column(values, "values", low=0.0)
    if not len(column):
        raise ValueError("values is empty; there is nothing to estimate from")
    low, high = _limits(column, checked_share(q, "q"), confidence)
    return Interval(
        estimate=float(np.quantile(column, q)),
        low=max(0.0, low),
        high=high,
        confidence=confidence,
        method=_METHOD,
    )


def shift(baseline_s: "ArrayLike", candidate_s: "ArrayLike", confidence: float = 0.95) -> Interval:
    """Give how many times slower the candidate typically is: exp of the median log ratio.

    Both arrays are durations above 0, shape (n,), n >= 1, element i of both from the same case.
    The limits are order statistics of the ratios; with fewer than 6 cases at confidence 0.95 they
    are 0 and infinity. Raises ValueError when a duration is NaN, infinite or not above 0, or the
    lengths differ.
    """
    before, after = checked_pairs(baseline_s, "baseline_s", candidate_s, "candidate_s")
    ratios = np.log(after) - np.log(before)
    low, high = _limits(ratios, 0.5, confidence)
    return Interval(
        estimate=exp(float(np.median(ratios))),
        low=exp(low),
        high=exp(high),
        confidence=confidence,
        method=_METHOD,
    )


@lru_cache(maxsize=1024)  # targets and slices of a run are often equally long
def limiting_ranks(n: int, q: float, confidence: float) -> tuple[int | None, int | None]:
    """Give the ranks, 1..n, of the values that enclose the q-quantile; None where n is too small.

    The lower is the greatest l with P(Binomial(n, q) < l) <= alpha / 2, the upper the least u with
    P(Binomial(n, q) >= u) <= alpha / 2.
    """
    tail = (1 - checked_share(confidence, "confidence")) / 2

    def at_most(count: int) -> float:
        return count_share(count, n, q)

    lower = bisect_right(range(n), tail, key=at_most)
    upper = bisect_left(range(n), 1 - tail, key=at_most) + 1
    return lower or None, upper if upper <= n else None


def _limits(column: "NDArray[np.float64]", q: float, confidence: float) -> tuple[float, float]:
    lower, upper = limiting_ranks(len(column), q, confidence)
    ranks = [rank - 1 for rank in (lower, upper) if rank]
    ordered = np.partition(column, ranks) if ranks else column  # these two are all that is needed
    return (
        float(ordered[lower - 1]) if lower else -inf,
        float(ordered[upper - 1]) if upper else inf,
    )
