"""The interval of a ratio between the same quantile on two sides."""

from math import exp, floor, inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.inputs import checked_pairs, checked_share
from harness.stats.interval import Interval
from harness.stats.order_statistics import limiting_ranks
from harness.stats.resampling import chunks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_DRAWN_ONE_BY_ONE = 2_000
"""Most cases that are drawn one by one; beyond, blocks of neighbouring ranks are counted."""
_BLOCKS = 64
_WINDOW = 6.5
"""Half the width that blocks cover, in standard deviations of the quantile's rank."""


def quantile_ratio(
    baseline_s: "ArrayLike",
    candidate_s: "ArrayLike",
    q: float,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Give the candidate's q-quantile divided by the baseline's, above 0.

    Both arrays are durations above 0 (or tokens, or cost), shape (n,), n >= 1, element i of both
    from the same case; a timeout is the deadline. The limits are percentiles of the log ratio over
    9,999 bootstrap resamples of cases, both sides of a case together (Efron and Tibshirani 1993,
    chapter 13; BCa is not used, as a jackknife says nothing of a quantile). Where n is so small
    that no value encloses the quantile of one side, they are 0 and infinity.

    Raises ValueError when a duration is NaN, infinite or not above 0, when the lengths differ or q
    is not in (0, 1).
    """
    before, after = checked_pairs(baseline_s, "baseline_s", candidate_s, "candidate_s")
    checked_share(q, "q")
    if None in limiting_ranks(len(before), q, confidence):
        low, high = -inf, inf
    else:
        draw = _drawn if len(before) <= _DRAWN_ONE_BY_ONE else _counted
        ratios = draw(np.log(before), np.log(after), q, np.random.default_rng(seed))
        tail = (1 - confidence) / 2
        low, high = (float(limit) for limit in np.quantile(ratios, [tail, 1 - tail]))
    estimate = float(np.quantile(after, q) / np.quantile(before, q))
    return Interval(
        estimate=estimate,
        low=min(estimate, exp(low)),
        high=max(estimate, exp(high)),
        confidence=confidence,
        method="paired bootstrap",
    )


def _drawn(
    before: "NDArray[np.float64]",
    after: "NDArray[np.float64]",
    q: float,
    rng: np.random.Generator,
) -> "NDArray[np.float64]":
    """Give the difference of the two quantiles in each resample of the cases, drawn one by one."""
    n = len(before)
    position = (n - 1) * q
    rank = floor(position)
    ranks = [rank, min(rank + 1, n - 1)]
    differences = []
    for size in chunks(n):
        chosen = rng.integers(0, n, (size, n))
        ends = (
            np.partition(after[chosen], ranks, axis=1)[:, ranks]
            - np.partition(before[chosen], ranks, axis=1)[:, ranks]
        )
        differences.append(ends[:, 0] + (position - rank) * (ends[:, 1] - ends[:, 0]))
    return np.concatenate(differences)


def _counted(
    before: "NDArray[np.float64]",
    after: "NDArray[np.float64]",
    q: float,
    rng: np.random.Generator,
) -> "NDArray[np.float64]":
    """Give the same from how often each block of neighbouring ranks is drawn.

    A case is in one of 64 blocks around the quantile, or below or above them, on either side;
    cases alike in both are one cell of a multinomial. Within a block ranks are interpolated.
    """
    n = len(before)
    half = _WINDOW * sqrt(n * q * (1 - q))
    edges = np.unique(np.clip(np.rint(np.linspace(n * q - half, n * q + half, _BLOCKS)), 0, n))
    blocks = len(edges) + 1
    block_before, block_after = (_block(side, edges) for side in (before, after))
    cells, counts = np.unique(block_before * blocks + block_after, return_counts=True)
    ordered_before, ordered_after = np.sort(before), np.sort(after)
    place = np.arange(n)
    differences = []
    for size in chunks(len(cells)):
        times = rng.multinomial(n, counts / n, size).astype(np.float64)
        for_before = _ranks(times, cells // blocks, edges, n, q)
        for_after = _ranks(times, cells % blocks, edges, n, q)
        differences.append(
            np.interp(for_after, place, ordered_after)
            - np.interp(for_before, place, ordered_before)
        )
    return np.concatenate(differences)


def _block(side: "NDArray[np.float64]", edges: "NDArray[np.float64]") -> "NDArray[np.int64]":
    """Give the block, 0..len(edges), of each value's rank."""
    rank = np.empty(len(side), dtype=np.int64)
    rank[np.argsort(side, kind="stable")] = np.arange(len(side))
    return np.searchsorted(edges, rank, side="right")


def _ranks(
    times: "NDArray[np.float64]",
    block_of_cell: "NDArray[np.int64]",
    edges: "NDArray[np.float64]",
    n: int,
    q: float,
) -> "NDArray[np.float64]":
    """Give the rank in the sample, from 0, of each resample's quantile; shape (resamples,)."""
    member = block_of_cell[:, None] == np.arange(len(edges))[None, :]
    reached = np.cumsum(times @ member.astype(np.float64), axis=1)
    last = np.clip((reached < n * q).sum(axis=1), 1, len(edges) - 1)
    row = np.arange(len(reached))
    low, high = reached[row, last - 1], reached[row, last]
    share = np.clip((n * q - low) / np.maximum(high - low, 1.0), 0.0, 1.0)
    place: NDArray[np.float64] = edges[last - 1] + share * (edges[last] - edges[last - 1]) - q
    return place
