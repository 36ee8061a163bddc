"""Whether the order of calls left a mark on the latencies."""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.beta import student_tails
from harness.stats.exact_tests import mcnemar
from harness.stats.inputs import checked_durations, checked_pairs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEffect:
    """How the call sent first of a pair fares against the one sent second."""

    ratio: float
    """Median of first / second over the pairs; above 1 the first one is slower."""
    p_value: float
    """Two-sided sign test; pairs of equal latency say nothing."""
    n: int
    """Pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Whether latency rises or falls over the run."""

    correlation: float
    """Spearman's, in [-1, 1]; above 0 later calls are slower."""
    p_value: float
    """Two-sided; 1 with fewer than 3 calls or no spread."""
    n: int
    """Calls."""


def order_effect(first_s: "ArrayLike", second_s: "ArrayLike") -> OrderEffect:
    """Compare the latencies of who went first with who went second, shape (n,), element by pair.

    Raises ValueError when a latency is NaN, infinite or not above 0, or the lengths differ.
    """
    first, second = checked_pairs(first_s, "first_s", second_s, "second_s")
    p_value = mcnemar(int((first > second).sum()), int((first < second).sum()))
    return OrderEffect(ratio=_middle(first / second), p_value=p_value, n=len(first))


def drift(latency_s: "ArrayLike") -> Drift:
    """Correlate latencies, shape (n,), in the order they were sent, with that order.

    Spearman 1904; the p-value from Student's t with n - 2 degrees of freedom. Raises ValueError
    when a latency is NaN, infinite or not above 0.
    """
    column = checked_durations(latency_s, "latency_s")
    n = len(column)
    if n < 3 or column.min() == column.max():
        return Drift(correlation=0.0, p_value=1.0, n=n)
    correlation = _rank_correlation(column)
    rest = 1.0 - correlation**2
    if rest <= 0.0:
        return Drift(correlation=correlation, p_value=0.0, n=n)
    t = abs(correlation) * sqrt((n - 2) / rest)
    return Drift(correlation=correlation, p_value=student_tails(t, n - 2), n=n)


def _middle(ratios: "NDArray[np.float64]") -> float:
    """Give the median on the scale of logarithms; reorders `ratios`, a run's worth of them."""
    above = len(ratios) // 2
    below = (len(ratios) - 1) // 2
    ratios.partition((below, above))
    return sqrt(float(ratios[below])) * sqrt(float(ratios[above]))


def _rank_correlation(column: "NDArray[np.float64]") -> float:
    """Give Spearman's correlation of values, not all equal, with their places."""
    # Not scipy.stats: importing it takes 45 MB and half a second. Sums over groups of equal values,
    # which share the mean of their ranks, take a third of the memory of a column of ranks.
    n = len(column)
    places = np.argsort(column, kind="stable")
    ordered = column[places]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    del ordered
    sums = np.add.reduceat(places, starts)
    del places
    sizes = np.diff(starts, append=n)
    ranks = starts + (sizes - 1) / 2
    middle = (n - 1) / 2
    shared = float(np.dot(sums - sizes * middle, ranks - middle))
    spread = n * (float(n) ** 2 - 1) / 12
    ties = float(np.dot(sizes, sizes.astype(np.float64) ** 2 - 1)) / 12
    return shared / sqrt(spread * (spread - ties))
