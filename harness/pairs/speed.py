"""Latency of one side against the other, over cases both sides measured."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness import stats
from harness.data.comparison import Estimate, PairTable
from harness.data.noun import Noun
from harness.tallies.latencies import SMALLEST_SAMPLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

_FEWEST_CASES = 6
_LEAST_BALANCE = 1 / 3
"""Smallest share of pairs either side is sent first in, for their order to be told from speed."""


class Speed(Noun, frozen=True, kw_only=True):
    """Ratios candidate over baseline; None where there are too few cases."""

    timed: int = 0
    """Cases both sides measured."""
    shift: Estimate | None = None
    """Median of per-case ratios."""
    p50: Estimate | None = None
    p95: Estimate | None = None
    order_p: float | None = None
    """p-value of: who of a pair is sent first is as fast as who is sent second."""


def compare_speed(table: PairTable, seed: int = 0) -> Speed:
    """Give the latency ratios of a pair table."""
    before, after = latencies_by_case(table)
    n = len(before)
    if n < _FEWEST_CASES:
        return Speed(timed=n)
    has_tail = n >= SMALLEST_SAMPLE[0.95]
    return Speed(
        timed=n,
        shift=as_estimate(stats.shift(before, after)),
        p50=as_estimate(stats.quantile_ratio(before, after, 0.5, seed=seed)),
        p95=as_estimate(stats.quantile_ratio(before, after, 0.95, seed=seed)) if has_tail else None,
        order_p=_order_p(table),
    )


def latencies_by_case(
    table: PairTable, chosen: Sequence[int] | None = None
) -> "tuple[Column, Column]":
    """Give both sides' latencies, one a case: the mean over its measured repeats, seconds.

    `chosen` are rows of the table, None: all of them. Shape (n,) with n cases both sides measured.
    """
    import numpy as np

    before = np.asarray(table.before_latency_s, dtype=np.float64)
    after = np.asarray(table.after_latency_s, dtype=np.float64)
    if chosen is None and not _has_repeats(table.latency_rows):
        return before, after
    rows = np.asarray(table.latency_rows or range(len(before)), dtype=np.intp)
    if chosen is not None:
        is_chosen = np.isin(rows, np.asarray(chosen, dtype=np.intp))
        before, after, rows = before[is_chosen], after[is_chosen], rows[is_chosen]
    found, place, times = np.unique(rows, return_inverse=True, return_counts=True)
    if len(found) == len(rows):
        return before, after
    return np.bincount(place, before) / times, np.bincount(place, after) / times


def _has_repeats(rows: Sequence[int]) -> bool:
    """Whether some case may have several pairs."""
    import numpy as np

    return len(rows) > 1 and _falls(np.asarray(rows, dtype=np.intp))


def _falls(rows: "NDArray[np.intp]") -> bool:
    """Whether a row is not greater than that before it."""
    return bool((rows[1:] <= rows[:-1]).any())


def latency_columns(table: PairTable) -> "tuple[Column, Column]":
    """Give both sides' latencies by row, seconds; shape (len(table),), NaN where not measured."""
    import numpy as np

    rows = np.asarray(table.latency_rows or range(len(table.before_latency_s)), dtype=np.intp)
    found = np.unique(rows) if _falls(rows) else rows  # as `latencies_by_case` has them
    columns = []
    for seconds in latencies_by_case(table):
        column = np.full(len(table), np.nan)
        column[found] = seconds
        columns.append(column)
    return columns[0], columns[1]


def slice_speed(before: "Column", after: "Column") -> Speed:
    """Give shift and p95 ratio of the cases of a slice, from their rows of `latency_columns`.

    A run may have hundreds of slices: limits are order statistics, which cost no resampling.
    """
    is_known = before == before
    before, after = before[is_known], after[is_known]
    n = len(before)
    if n < _FEWEST_CASES:
        return Speed(timed=n)
    has_tail = n >= SMALLEST_SAMPLE[0.95]
    return Speed(
        timed=n,
        shift=as_estimate(stats.shift(before, after)),
        p95=as_estimate(stats.ranked_ratio(before, after, 0.95)) if has_tail else None,
    )


def first_tokens_by_case(
    table: PairTable, chosen: Sequence[int] | None = None
) -> "tuple[Column, Column]":
    """Give both sides' times to the first token, one a case that both streamed, seconds above 0.

    As `latencies_by_case`; each side's mean is over the repeats it streamed.
    """
    import numpy as np

    before, after = (
        np.asarray(side, dtype=np.float64) for side in table.sided.get("first_token_s", ((), ()))
    )
    if chosen is not None and len(before):
        rows = np.asarray(chosen, dtype=np.intp)
        before, after = before[rows], after[rows]
    is_known = (before > 0) & (after > 0)
    return before[is_known], after[is_known]


def _order_p(table: PairTable) -> float | None:
    """Give the p-value of no order effect, None where one side nearly always went first."""
    import numpy as np

    before = np.array(table.before_latency_s, dtype=np.float64)
    after = np.array(table.after_latency_s, dtype=np.float64)
    baseline_first = np.asarray(table.first_was_baseline, dtype=np.bool_)
    share = float(baseline_first.mean())
    if min(share, 1 - share) < _LEAST_BALANCE:
        return None
    swapped = ~baseline_first  # in place: a large run has many megabytes of each
    before[swapped], after[swapped] = after[swapped], before[swapped]
    return stats.order_effect(before, after).p_value


def as_estimate(interval: stats.Interval) -> Estimate:
    """Give an interval of `harness.stats` as the noun reports show."""
    return Estimate(
        value=interval.estimate,
        low=interval.low,
        high=interval.high,
        confidence=interval.confidence,
        method=interval.method,
    )
