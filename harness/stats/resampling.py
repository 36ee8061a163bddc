"""Means of bootstrap resamples, in bounded memory whatever the number of units."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 9_999
_DRAWN_ONE_BY_ONE = 2_000
"""Most units that are drawn one by one; beyond, it is counted how often each cell is drawn."""
_CELLS = 512
_CHUNK = 250_000
"""Numbers held at a time."""


def chunks(width: int) -> Iterator[int]:
    """Give the numbers of resamples to do at a time, each `width` numbers, RESAMPLES in all."""
    size = max(1, min(RESAMPLES, _CHUNK // width))
    for start in range(0, RESAMPLES, size):
        yield min(size, RESAMPLES - start)


def resampled_means(
    sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]", rng: np.random.Generator
) -> "NDArray[np.float64]":
    """Give sum over size in each of RESAMPLES resamples of n units, shape (RESAMPLES,).

    Unit i has total `sums[i]` over `sizes[i]` members. Above 2,000 units those of like influence
    are put into one cell, at most 512 cells, and resampled by multinomial counts: exact while
    there are no more distinct units than that; else the variance within a cell is lost, 2e-3 of
    the whole for heavy tails: a tenth of what so many resamples leave to chance.
    """
    n = len(sums)
    if n > _DRAWN_ONE_BY_ONE:
        counts, sums, sizes = _cells(sums, sizes)
        drawn = (rng.multinomial(n, counts / n, size) for size in chunks(len(counts)))
        return np.concatenate([(times @ sums) / (times @ sizes) for times in drawn])
    means = []
    for size in chunks(n):
        chosen = rng.integers(0, n, (size, n))
        means.append(sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1))
    return np.concatenate(means)


def _cells(
    sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Give the number of units in each cell, their mean sum and their mean size."""
    influence = np.round(sums - sizes * (sums.sum() / sizes.sum()), 12)
    if len(np.unique(influence[: 4 * _CELLS])) <= _CELLS:  # more are mostly seen in the first ones
        distinct, cell = np.unique(influence, return_inverse=True)
        if len(distinct) <= _CELLS:
            return _per_cell(cell, sums, sizes)
    # Even steps of value keep the tails apart, even steps of rank the bulk.
    by_value = np.linspace(influence.min(), influence.max(), _CELLS // 2)
    by_rank = np.quantile(influence, np.linspace(0, 1, _CELLS // 2))
    edges = np.unique(np.concatenate((by_value, by_rank)))
    return _per_cell(np.searchsorted(edges, influence), sums, sizes)


def _per_cell(
    cell: "NDArray[np.intp]", sums: "NDArray[np.float64]", sizes: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    counts = np.bincount(cell)
    used = counts > 0
    return (
        counts[used].astype(np.float64),
        np.bincount(cell, sums)[used] / counts[used],
        np.bincount(cell, sizes)[used] / counts[used],
    )
