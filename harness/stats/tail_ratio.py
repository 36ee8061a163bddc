"""The interval of a ratio between the same quantile on two sides."""

from math import ceil, exp, floor, inf, log2, sqrt
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.inputs import checked_pairs, checked_share
from harness.stats.interval import Interval
from harness.stats.order_statistics import limiting_ranks
from harness.stats.resampling import RESAMPLES, chunks

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
        ratios = draw(before, after, q, np.random.default_rng(seed))
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
    """Give the log ratio of the two quantiles in each resample of the cases, drawn one by one."""
    n = len(before)
    before, after = np.log(before), np.log(after)
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
    """Give the same from how often blocks of neighbouring ranks are drawn.

    A case is in one of 64 blocks around the quantile, or below or above them, on either side. Where
    the quantile of a resample lies is found by halving: how many of its cases are below the middle
    block of either side is drawn, then below the middle of the half it is in, until one block is
    left. Within it ranks are interpolated. What is drawn is distributed as if every cell of the
    multinomial had been drawn.
    """
    n = len(before)
    half = _WINDOW * sqrt(n * q * (1 - q))
    edges = np.unique(np.clip(np.rint(np.linspace(n * q - half, n * q + half, _BLOCKS)), 0, n))
    population = _cases_below(_block(before, edges), _block(after, edges), len(edges) + 1)
    cuts = np.array([0, 1, len(edges), len(edges) + 1])
    parts = np.diff(np.diff(population[np.ix_(cuts, cuts)], axis=0), axis=1)
    drawn = rng.multinomial(n, parts.ravel() / n, RESAMPLES).T.reshape(3, 3, RESAMPLES)
    cuts_before, cuts_after = (np.repeat(cuts[:, None], RESAMPLES, axis=1) for _ in range(2))
    for _ in range(ceil(log2(max(2, len(edges) - 1)))):
        _halve(population, drawn, cuts_before, cuts_after, n * q, rng)
        _halve(population.T, drawn.transpose(1, 0, 2), cuts_after, cuts_before, n * q, rng)
    at_before = _logs_at(np.sort(before), _ranks(drawn, cuts_before, edges, n, q))
    drawn = drawn.transpose(1, 0, 2)
    at_after = _logs_at(np.sort(after), _ranks(drawn, cuts_after, edges, n, q))
    difference: NDArray[np.float64] = at_after - at_before
    return difference


def _logs_at(ordered: "NDArray[np.float64]", ranks: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Give the logs of the values at ranks from 0, interpolated between neighbours."""
    ranks = np.clip(ranks, 0, len(ordered) - 1)
    below = np.floor(ranks).astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    log: NDArray[np.float64] = np.log(ordered[below])
    return log + (ranks - below) * (np.log(ordered[above]) - log)


def _cases_below(
    before: "NDArray[np.int16]", after: "NDArray[np.int16]", blocks: int
) -> "NDArray[np.int64]":
    """Give how many cases are in the first i blocks before and the first j after, as [i, j]."""
    below = np.zeros((blocks + 1, blocks + 1), dtype=np.int64)
    cells = np.bincount(before * blocks + after, minlength=blocks * blocks)
    below[1:, 1:] = cells.reshape(blocks, blocks).cumsum(axis=0).cumsum(axis=1)
    return below


def _halve(
    population: "NDArray[np.int64]",
    drawn: "NDArray[np.int64]",
    cuts: "NDArray[np.int64]",
    others: "NDArray[np.int64]",
    wanted: float,
    rng: np.random.Generator,
) -> None:
    """Halve, in place, the blocks in which each resample's quantile of one side lies.

    `cuts` and `others` part the blocks of this side and the other into those below, those that may
    hold the quantile and those above, shape (4, resamples); `drawn[i, j]` is how many cases of part
    i here and part j there were drawn.
    """
    low, high = cuts[1], cuts[2]
    middle = (low + high) // 2
    in_half = np.empty_like(drawn[1])
    for part in range(3):
        left, right = others[part], others[part + 1]
        start = population[low, right] - population[low, left]
        half = population[middle, right] - population[middle, left] - start
        whole = population[high, right] - population[high, left] - start
        in_half[part] = rng.binomial(drawn[1, part], half / np.maximum(whole, 1))
    is_lower = (drawn[0].sum(axis=0) + in_half.sum(axis=0) >= wanted) & (high - low > 1)
    rest = drawn[1] - in_half
    drawn[0] += np.where(is_lower, 0, in_half)
    drawn[1] = np.where(is_lower, in_half, rest)
    drawn[2] += np.where(is_lower, rest, 0)
    cuts[1], cuts[2] = np.where(is_lower, low, middle), np.where(is_lower, middle, high)


def _block(side: "NDArray[np.float64]", edges: "NDArray[np.float64]") -> "NDArray[np.int16]":
    """Give the block, 0..len(edges), of each value's rank."""
    sizes = np.diff([0, *edges.astype(np.int64), len(side)])
    block = np.empty(len(side), dtype=np.int16)
    block[np.argsort(side, kind="stable")] = np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)
    return block


def _ranks(
    drawn: "NDArray[np.int64]",
    cuts: "NDArray[np.int64]",
    edges: "NDArray[np.float64]",
    n: int,
    q: float,
) -> "NDArray[np.float64]":
    """Give the rank in the sample, from 0, of each resample's quantile; shape (resamples,)."""
    share = np.clip((n * q - drawn[0].sum(axis=0)) / np.maximum(drawn[1].sum(axis=0), 1), 0.0, 1.0)
    start = edges[cuts[1] - 1]
    place: NDArray[np.float64] = start + share * (edges[cuts[2] - 1] - start) - q
    return place
