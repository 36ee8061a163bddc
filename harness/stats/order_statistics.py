"""Quantiles with limits that are values of the sample themselves."""

from functools import lru_cache
from math import ceil, exp, floor, inf, lgamma, log, log1p, sqrt
from typing import TYPE_CHECKING

import numpy as np

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
    first, at_most = _count_shares(n, q)
    below_n = at_most[: n - first]
    lower = first + int(np.searchsorted(below_n, tail, "right"))
    upper = first + int(np.searchsorted(below_n, 1 - tail, "left")) + 1
    return lower or None, upper if upper <= n else None


def _count_shares(n: int, q: float) -> "tuple[int, NDArray[np.float64]]":
    """Give the first count that matters and P(Binomial(n, q) <= count) of it and those after.

    Counts twelve standard deviations off have a chance below 1e-30. No library is asked: all at
    once they are one sum, and scipy takes half a second to import, of a run that may take two.
    """
    spread = 12 * sqrt(n * q * (1 - q)) + 30
    first, last = max(0, floor(n * q - spread)), min(n, ceil(n * q + spread))
    counts = np.arange(first, last, dtype=np.float64)
    ways = lgamma(n + 1) - lgamma(first + 1) - lgamma(n - first + 1)
    log_shares = np.empty(last - first + 1)
    log_shares[0] = ways + first * log(q) + (n - first) * log1p(-q)
    log_shares[1:] = np.log((n - counts) / (counts + 1)) + (log(q) - log1p(-q))
    sums = np.cumsum(np.exp(np.cumsum(log_shares)))
    return first, sums / sums[-1]


def _limits(column: "NDArray[np.float64]", q: float, confidence: float) -> tuple[float, float]:
    lower, upper = limiting_ranks(len(column), q, confidence)
    ranks = [rank - 1 for rank in (lower, upper) if rank]
    ordered = np.partition(column, ranks) if ranks else column  # these two are all that is needed
    return (
        float(ordered[lower - 1]) if lower else -inf,
        float(ordered[upper - 1]) if upper else inf,
    )
