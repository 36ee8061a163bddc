"""Tests of no difference that assume nothing of its distribution."""

from math import exp, fsum, lgamma, log
from typing import TYPE_CHECKING

from harness.stats.inputs import checked_column, checked_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_MOST_ENUMERATED = 14
"""Most deltas other than 0 whose every assignment of signs is tried."""


def mcnemar(b: int, c: int) -> float:
    """Give the two-sided exact p-value, in [0, 1], that b and c flips are as likely either way.

    b counts pass to fail, c fail to pass: the binomial test of b in b + c at 1/2. With no flip it
    is 1. Source: McNemar 1947, Psychometrika 12:153. Raises ValueError on a negative count.
    """
    checked_counts(b + c, b=b, c=c)
    flips, fewer = int(b + c), int(min(b, c))
    if 2 * fewer == flips:
        return 1.0
    peak = lgamma(flips + 1) - flips * log(2)
    terms = []
    for k in range(fewer, -1, -1):
        terms.append(exp(peak - lgamma(k + 1) - lgamma(flips - k + 1)))
        if terms[-1] < terms[0] * 1e-18:  # each further one is smaller still
            break
    return min(1.0, 2 * fsum(terms))


def sign_flip(deltas: "ArrayLike", seed: int = 0) -> float:
    """Give the two-sided p-value, in (0, 1], that the deltas, shape (n,), lean to neither side.

    Compares |sum| with that under random signs: all assignments up to 14 deltas other than 0, else
    9,999 drawn ones counted with the observed (Phipson and Smyth 2010, arXiv 1603.05766). Above
    1,024 distinct sizes those are rounded to that many steps. Raises ValueError naming the index
    of a delta that is NaN or infinite.
    """
    import numpy as np

    from harness.stats.resampling import RESAMPLES

    column = checked_column(deltas, "deltas")
    sizes = np.abs(column[column != 0.0])
    if not len(sizes):
        return 1.0
    observed = abs(float(column.sum()))
    if len(sizes) <= _MOST_ENUMERATED:
        bits = np.arange(2 ** len(sizes))[:, None] >> np.arange(len(sizes)) & 1
        sums = np.abs((2 * bits - 1) @ sizes)
        return float(np.mean(sums >= observed * (1 - 1e-12)))
    if len(np.unique(sizes)) > 1024:
        step = sizes.max() / 1024
        sizes = np.rint(sizes / step) * step
        observed = abs(float((np.sign(column[column != 0.0]) * sizes).sum()))
    distinct, counts = np.unique(sizes, return_counts=True)
    positive = np.random.default_rng(seed).binomial(counts, 0.5, (RESAMPLES, len(counts)))
    sums = np.abs((2 * positive - counts) @ distinct)
    return float((1 + np.count_nonzero(sums >= observed * (1 - 1e-12))) / (1 + RESAMPLES))
