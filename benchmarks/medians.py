"""Medians, percentiles and ratios of measurements."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Give the nearest-rank percentile of values in ascending order; raises on none."""
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median_of(values: Iterable[float | None]) -> float | None:
    """Give the median of what is there; None where nothing is."""
    there = [value for value in values if value is not None]
    return median(there) if there else None


def paired_ratio(ours: Mapping[int, float], theirs: Mapping[int, float]) -> float | None:
    """Give the median over rounds of `ours / theirs`, both by round; None without a shared round.

    Within a round the contenders ran one after the other, so that what disturbs the machine
    for longer than a round disturbs both sides of each ratio.
    """
    rounds = ours.keys() & theirs.keys()
    ratios = [ours[number] / theirs[number] for number in rounds if theirs[number] > 0]
    return median(ratios) if ratios else None
