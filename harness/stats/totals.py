"""The interval of a ratio between the totals of two sides."""

from collections.abc import Collection, Hashable
from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.inputs import checked_column, checked_share
from harness.stats.interval import Interval
from harness.stats.mean_interval import units_of
from harness.stats.resampling import chunks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_UNITS = 50
"""Below, no bootstrap keeps its promise: one case may be most of the total. Tried at 20, 30, 50."""
_MOST_UNITS = 1_000
"""Above, units are added up at random into this many blocks, which are units as well."""
_ROUNDING = 1e-9


def total_ratio(
    baseline: "ArrayLike",
    candidate: "ArrayLike",
    confidence: float = 0.95,
    seed: int = 0,
    clusters: Collection[Hashable] | None = None,
) -> Interval:
    """Give the candidate's total divided by the baseline's, at least 0.

    Both arrays are amounts of at least 0 (tokens, dollars), shape (n,), n >= 1, element i of both
    from the same case; the baseline's total is above 0. The limits come from a studentized
    bootstrap of the log ratio over the cases, or their clusters, both sides of a case together
    (9,999 resamples; Hall 1992, The Bootstrap and Edgeworth Expansion, section 1.3). With fewer
    than 50 units they are 0 and infinity; where the ratio is the same in every unit they are it.

    Raises ValueError when an amount is NaN, infinite or below 0, when the lengths differ, or when
    the baseline's total is 0.
    """
    before = checked_column(baseline, "baseline", low=0.0)
    after = checked_column(candidate, "candidate", low=0.0)
    checked_share(confidence, "confidence")
    if len(before) != len(after):
        raise ValueError(
            f"baseline has {len(before)} values, candidate {len(after)}; "
            "give the cases known on both sides, in the same order"
        )
    if not before.sum() > 0.0:
        raise ValueError("the baseline's total is 0; there is no ratio to it")
    old, new = units_of(before, clusters)[0], units_of(after, clusters)[0]
    estimate = float(new.sum() / old.sum())
    low, high = 0.0, inf
    if len(old) >= FEWEST_UNITS:
        low, high = _limits(old, new, confidence, np.random.default_rng(seed))
    return Interval(
        estimate=estimate,
        low=min(estimate, low),
        high=max(estimate, high),
        confidence=confidence,
        method="studentized bootstrap" if clusters is None else "studentized bootstrap, clustered",
    )


def _limits(
    old: "NDArray[np.float64]",
    new: "NDArray[np.float64]",
    confidence: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    if len(old) > _MOST_UNITS:
        block = rng.permutation(len(old)) % _MOST_UNITS
        old, new = (np.bincount(block, side).astype(np.float64) for side in (old, new))
    # Scaled, that no product of amounts leaves the range of a float.
    scale = float(max(old.max(), new.max()))
    old, new = old / scale, new / scale
    moments = np.stack([new, old, new * new, new * old, old * old], axis=1)
    whole, error = (float(found[0]) for found in _log_ratio(moments.sum(axis=0)[None, :]))
    if not error > _ROUNDING:
        ratio = float(new.sum() / old.sum())
        return ratio, ratio
    scores = []
    for size in chunks(5 * len(old)):
        drawn = moments[rng.integers(0, len(old), (size, len(old)))].sum(axis=1)
        logs, errors = _log_ratio(drawn)
        with np.errstate(divide="ignore", invalid="ignore"):
            scores.append((logs - whole) / errors)
    found = np.concatenate(scores)
    told = found[np.isfinite(found)]
    # A resample that has no score could lie beyond either limit: it is held against both.
    lost = 1 - len(told) / len(found)
    tail = (1 - confidence) / 2 - lost
    if tail <= 0:
        return 0.0, inf
    level = tail / (1 - lost)
    below, above = (float(score) for score in np.quantile(told, [level, 1 - level]))
    return _bounded(whole - above * error), _bounded(whole - below * error)


def _log_ratio(
    moments: "NDArray[np.float64]",
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Give the log of the ratio and its standard error, each shape (m,), of (m, 5) sums."""
    new, old, new_new, new_old, old_old = moments.T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = new / old
        residual = new_new - 2 * ratio * new_old + ratio * ratio * old_old
        return np.log(ratio), np.sqrt(np.maximum(residual, 0.0)) / new


def _bounded(logarithm: float) -> float:
    return exp(logarithm) if logarithm < log(1e300) else inf
