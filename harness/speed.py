"""Latency of one side against the other, over pairs both sides measured."""

from dataclasses import dataclass

from harness import stats
from harness.data.comparison import Estimate, PairTable
from harness.tally import SMALLEST_SAMPLE

_FEWEST_PAIRS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Ratios candidate over baseline; None where there are too few pairs."""

    shift: Estimate | None = None
    """Median of per-pair ratios."""
    p50: Estimate | None = None
    p95: Estimate | None = None
    order_p: float | None = None
    """p-value of: who of a pair is sent first is as fast as who is sent second."""


def compare_speed(table: PairTable) -> Speed:
    """Give the latency ratios of a pair table."""
    before, after = table.before_latency_s, table.after_latency_s
    n = len(before)
    if n < _FEWEST_PAIRS:
        return Speed()
    pairs = list(zip(before, after, table.first_was_baseline, strict=True))
    first = [b if baseline_first else a for b, a, baseline_first in pairs]
    second = [a if baseline_first else b for b, a, baseline_first in pairs]
    has_tail = n >= SMALLEST_SAMPLE[0.95]
    return Speed(
        shift=as_estimate(stats.shift(before, after)),
        p50=as_estimate(stats.quantile_ratio(before, after, 0.5)),
        p95=as_estimate(stats.quantile_ratio(before, after, 0.95)) if has_tail else None,
        order_p=stats.order_effect(first, second).p_value,
    )


def as_estimate(interval: stats.Interval) -> Estimate:
    """Give an interval of `harness.stats` as the noun reports show."""
    return Estimate(
        value=interval.estimate,
        low=interval.low,
        high=interval.high,
        confidence=interval.confidence,
        method=interval.method,
    )
