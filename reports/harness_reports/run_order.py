"""Says whether the order of calls left a mark on the latencies: who went first, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, erfc, exp, sqrt
from typing import TYPE_CHECKING

from harness.api import PairTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

FEWEST_PAIRS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How the latency of one side went over the run."""

    first_s: float
    """Median of the first third of the calls."""
    last_s: float
    """Median of the last third."""
    p_value: float
    """Of no trend: Spearman's correlation with the order of asking, two-sided."""


def first_over_second(table: PairTable) -> float | None:
    """Give how much slower the one sent first of a pair is: the median ratio.

    None for fewer than `FEWEST_PAIRS` pairs, or where one side nearly always went first.
    """
    import numpy as np

    before, after = _columns(table)
    baseline_first = np.asarray(table.first_was_baseline, dtype=np.bool_)
    if len(before) < FEWEST_PAIRS or len(baseline_first) != len(before):
        return None
    if not 1 / 3 <= float(baseline_first.mean()) <= 2 / 3:
        return None
    ratios = np.log(before) - np.log(after)
    return exp(float(np.median(np.where(baseline_first, ratios, -ratios))))


def drifts(table: PairTable) -> tuple[Drift, Drift] | None:
    """Give the drift of baseline and candidate; None for fewer than `FEWEST_PAIRS` pairs."""
    import numpy as np

    before, after = _columns(table)
    if len(before) < FEWEST_PAIRS:
        return None
    rows = np.asarray(table.latency_rows or range(len(before)), dtype=np.intp)
    places = np.asarray(table.places, dtype=np.float64)[rows] if len(table.places) else rows
    order = np.argsort(places, kind="stable")
    return _drift(before[order], places[order]), _drift(after[order], places[order])


def _drift(column: "Column", places: "NDArray[np.floating] | NDArray[np.integer]") -> Drift:
    import numpy as np

    n = len(column)
    third = n // 3
    low, high = float(np.median(column[:third])), float(np.median(column[-third:]))
    ranks = _ranks(column), _ranks(np.asarray(places, dtype=np.float64))
    if min(float(one.std()) for one in ranks) == 0:
        return Drift(first_s=low, last_s=high, p_value=1.0)
    # Fisher's z: from 30 pairs on as good as Student's t, whose library would take longer to
    # import than the page takes to write.
    correlation = min(abs(float(np.corrcoef(*ranks)[0, 1])), 1 - 1e-12)
    p_value = erfc(atanh(correlation) * sqrt((n - 3) / 2))
    return Drift(first_s=low, last_s=high, p_value=p_value)


def _columns(table: PairTable) -> "tuple[Column, Column]":
    import numpy as np

    sides: Sequence[Sequence[float]] = (table.before_latency_s, table.after_latency_s)
    before, after = (np.asarray(side, dtype=np.float64) for side in sides)
    return before, after


def _ranks(column: "Column") -> "Column":
    """The rank of every value; equal values share the mean of theirs."""
    import numpy as np

    _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Column = (ends - (counts - 1) / 2)[place]
    return ranks
