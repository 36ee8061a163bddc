"""The interval of a mean of paired differences."""

from collections.abc import Collection, Hashable
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.betting import bets, betting_limits
from harness.stats.inputs import checked_column, checked_share
from harness.stats.interval import Interval
from harness.stats.resampling import resampled_means

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_FEWEST_UNITS = 30
_MOST_DISTINCT_FOR_BETTING = 5
_FEWEST_SPREAD = 8.0
"""Where fewer units make nearly all of the variance, resamples without them know nothing of it."""
_CAP = 0.75
"""Share of the capital one bet may lose; near the narrowest over n 20..1000, few or many flips."""


def paired_mean(
    deltas: "ArrayLike",
    confidence: float = 0.95,
    seed: int = 0,
    clusters: Collection[Hashable] | None = None,
) -> Interval:
    """Give the mean of `deltas`, shape (n,), each in [-1, 1]; so are estimate and limits.

    `clusters` gives each delta a label; those of one label are one unit and the estimate is the
    sum over all units divided by their size. With 30 units or more, and more than 5 distinct
    means of a unit that are not 0, and a variance that is not that of a few units (n / kurtosis of
    8 or more), the limits come from a BCa bootstrap of the units (9,999 resamples; Efron 1987,
    JASA 82:171). Otherwise they are those of a betting interval for a fixed n, units taken in an
    order drawn from `seed` (Waudby-Smith and Ramdas 2024, arXiv 2010.09686): never of zero width.
    With n = 0 the estimate is 0 and the interval [-1, 1].

    Raises ValueError when a delta is NaN, infinite or out of range, or a label is missing.
    """
    column = checked_column(deltas, "deltas", low=-1.0, high=1.0)
    checked_share(confidence, "confidence")
    if not len(column):
        return Interval(estimate=0.0, low=-1.0, high=1.0, confidence=confidence, method="no data")
    sums, sizes = units_of(column, clusters)
    distinct = np.unique(np.round(sums / sizes, 12))
    limits, method = None, "BCa bootstrap"
    has_variety = np.count_nonzero(distinct) > _MOST_DISTINCT_FOR_BETTING
    if len(sums) >= _FEWEST_UNITS and has_variety and _spread_over(sums, sizes) >= _FEWEST_SPREAD:
        limits = _bca(sums, sizes, confidence, seed)
    if limits is None:
        limits, method = _betting(sums, sizes, confidence, seed), "betting interval"
    estimate = float(column.mean())
    return Interval(
        estimate=estimate,
        low=min(estimate, limits[0]),
        high=max(estimate, limits[1]),
        confidence=confidence,
        method=method if clusters is None else f"{method}, clustered",
    )


def _spread_over(sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]") -> float:
    """Give over how many units the variance is spread, n / kurtosis: n / 3 where it is normal."""
    squares = (sums - sums.sum() / sizes.sum() * sizes) ** 2
    fourth = float((squares**2).sum())
    return float(squares.sum()) ** 2 / fourth if fourth > 0 else 0.0


def units_of(
    column: "NDArray[np.float64]", clusters: Collection[Hashable] | None
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Give each unit's total and number of members, units in the order they first appear."""
    if clusters is None:
        return column, np.ones_like(column)
    if len(clusters) != len(column):
        raise ValueError(f"{len(clusters)} clusters for {len(column)} deltas; give one label each")
    unit = _numbered(clusters)
    return np.bincount(unit, column).astype(np.float64), np.bincount(unit).astype(np.float64)


def _numbered(clusters: Collection[Hashable]) -> "NDArray[np.intp]":
    """Number labels from 0 on, in the order they first appear."""
    if isinstance(clusters, np.ndarray):  # as a run's are, which may have a million
        _, first, place = np.unique(clusters, return_index=True, return_inverse=True)
        rank = np.empty(len(first), dtype=np.intp)
        rank[np.argsort(first)] = np.arange(len(first))
        return rank[place]
    number: dict[Hashable, int] = {}
    unit = [number.setdefault(label, len(number)) for label in clusters]
    if None in number:
        raise ValueError(
            f"clusters[{unit.index(number[None])}] is None; "
            "give a case that is in no cluster a label of its own"
        )
    return np.array(unit, dtype=np.intp)


def _bca(
    sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]", confidence: float, seed: int
) -> tuple[float, float] | None:
    """Give the bias-corrected and accelerated limits; None when resamples do not spread."""
    estimate = sums.sum() / sizes.sum()
    means = resampled_means(sums, sizes, np.random.default_rng(seed))
    below = float(np.mean(means < estimate) + np.mean(means <= estimate)) / 2
    without_one = (sums.sum() - sums) / (sizes.sum() - sizes)
    pull = without_one.mean() - without_one
    spread = float((pull**2).sum())
    if not 0.0 < below < 1.0 or spread == 0.0:
        return None
    normal = NormalDist()
    acceleration = float((pull**3).sum()) / (6 * spread**1.5)
    bias = normal.inv_cdf(below)
    levels = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        shifted = bias + normal.inv_cdf(tail)
        levels.append(normal.cdf(bias + shifted / (1 - acceleration * shifted)))
    low, high = (float(limit) for limit in np.quantile(means, levels))
    return (low, high) if low < high else None


def _betting(
    sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]", confidence: float, seed: int
) -> tuple[float, float]:
    """Give the limits no bettor could reject; a unit's stake is in proportion to its size."""
    order = np.random.default_rng(seed).permutation(len(sums))
    x = (sums / sizes)[order] / 2 + 0.5
    weights = (sizes / sizes.max())[order]
    stakes = bets(x, weights, confidence, horizon=len(x))
    low, high = betting_limits(x, weights, stakes, confidence, _CAP)
    return 2 * min(low, high) - 1, 2 * max(low, high) - 1
