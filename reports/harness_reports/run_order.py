"""Says whether the order of calls left a mark on the latencies: who went first, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atanh, erfc, exp, sqrt
from typing import TYPE_CHECKING

from harness.api import PairTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]
    Side = NDArray[np.float32]

FEWEST_PAIRS = 30
_ROWS_AT_ONCE = 16_384


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

    n = len(table.before_latency_s)
    baseline_first = np.asarray(table.first_was_baseline, dtype=np.bool_)
    if n < FEWEST_PAIRS or len(baseline_first) != n:
        return None
    if not 1 / 3 <= float(baseline_first.mean()) <= 2 / 3:
        return None
    ratios = np.array(table.before_latency_s, dtype=np.float64)
    np.log(ratios, out=ratios)
    for part in _parts(n):
        ratios[part] -= np.log(table.after_latency_s[part])
    np.negative(ratios, out=ratios, where=~baseline_first)
    return exp(float(np.median(ratios, overwrite_input=True)))


def drifts(table: PairTable) -> tuple[Drift, Drift] | None:
    """Give the drift of baseline and candidate; None for fewer than `FEWEST_PAIRS` pairs."""
    import numpy as np

    n = len(table.before_latency_s)
    if n < FEWEST_PAIRS:
        return None
    order = _order(table)
    # One side after the other: a large run has columns of many megabytes.
    before, after = (
        _drift(np.asarray(side, dtype=np.float32)[order])
        for side in (table.before_latency_s, table.after_latency_s)
    )
    return before, after


def _order(table: PairTable) -> "slice | NDArray[np.intp]":
    """Give the rows in the order in which they were asked."""
    import numpy as np

    if not len(table.places):
        return slice(None)  # rows stand in the order of the plan
    places = np.asarray(table.places, dtype=np.int32)
    if len(table.latency_rows):
        places = places[np.asarray(table.latency_rows, dtype=np.int32)]
    if (places[1:] >= places[:-1]).all():
        return slice(None)
    return np.argsort(places, kind="stable")


def _drift(column: "Side") -> Drift:
    """Give the drift of latencies in the order in which they were asked, to seven digits."""
    import numpy as np

    n = len(column)
    third = n // 3
    low, high = float(np.median(column[:third])), float(np.median(column[-third:]))
    ordered = np.sort(column)
    shared = spread = 0.0
    for part in _parts(n):
        ranks = _ranks(column[part], ordered)
        shared += float(ranks @ np.arange(part.start - (n - 1) / 2, part.stop - n / 2))
        spread += float(ranks @ ranks)
    spread = sqrt(spread * n * (float(n) ** 2 - 1) / 12)
    if spread == 0:
        return Drift(first_s=low, last_s=high, p_value=1.0)
    # Fisher's z: from 30 pairs on as good as Student's t, whose library would take longer to
    # import than the page takes to write.
    correlation = min(abs(shared) / spread, 1 - 1e-12)
    p_value = erfc(atanh(correlation) * sqrt((n - 3) / 2))
    return Drift(first_s=low, last_s=high, p_value=p_value)


def _parts(n: int) -> Iterator[slice]:
    for start in range(0, n, _ROWS_AT_ONCE):
        yield slice(start, min(n, start + _ROWS_AT_ONCE))


def _ranks(values: "Side", ordered: "Side") -> "Column":
    """The rank of values among all, their mean taken off; equal values share the mean of theirs."""
    import numpy as np

    ranks: Column = np.searchsorted(ordered, values, "left").astype(np.float64)
    ranks += np.searchsorted(ordered, values, "right")
    ranks -= len(ordered)
    ranks /= 2
    return ranks
