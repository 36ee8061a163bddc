"""The interval of a mean of one number a case, whatever the number's range."""

from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING

from harness import stats

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

FEWEST_UNBOUNDED = 30
"""Units (cases, or clusters) below which a mean of numbers without a known range has no interval:
what was seen says nothing of how large the next one may be."""


def mean_interval(
    values: "Column", clusters: Collection[Hashable] | None, confidence: float
) -> stats.Interval:
    """Give the interval of a mean of shares, in [0, 1]; of single yes/no values a proportion."""
    if clusters is None and is_binary(values):
        return stats.proportion(int(values.sum()), len(values), confidence)
    # The betting interval is as wide as the range it is told: of shares that is 0..1.
    found = stats.paired_mean(2.0 * values - 1.0, confidence, clusters=clusters)
    estimate = float(values.mean()) if len(values) else 0.0
    return stats.Interval(
        estimate=estimate,
        low=min(estimate, max(0.0, (1.0 + found.low) / 2)),
        high=max(estimate, min(1.0, (1.0 + found.high) / 2)),
        confidence=confidence,
        method=found.method,
    )


def is_binary(values: "Column") -> bool:
    """Whether every value is 0 or 1."""
    return bool(((values == 0.0) | (values == 1.0)).all())


def measure_interval(
    values: "Column", clusters: Collection[Hashable] | None, confidence: float = 0.95
) -> stats.Interval | None:
    """Give the interval of a task measure's mean; None where there is none to be had.

    `values` are finite, one a case, shape (n,). Within [0, 1] they are shares, within [-1, 1] as
    they are; beyond, they are taken by the largest there is, and it takes `FEWEST_UNBOUNDED`.
    """
    if not len(values):
        return None
    import numpy as np

    low, high = ends_of(values)
    if (low, high) == (0.0, 1.0):
        return mean_interval(values, clusters, confidence)
    size = max(abs(low), abs(high))
    units = len(values) if clusters is None else len(np.unique(np.asarray(clusters)))
    if size > 1.0 and units < FEWEST_UNBOUNDED:
        return None
    found = stats.paired_mean(values / size, confidence, clusters=clusters)
    return stats.Interval(
        estimate=found.estimate * size,
        low=found.low * size,
        high=found.high * size,
        confidence=confidence,
        method=found.method,
    )


def ends_of(values: "Column") -> tuple[float, float]:
    """Give the range a measure is taken to have: [0, 1] or [-1, 1], else what was seen."""
    low, high = float(values.min()), float(values.max())
    if low >= 0.0 and high <= 1.0:
        return 0.0, 1.0
    if low >= -1.0 and high <= 1.0:
        return -1.0, 1.0
    return low, high
