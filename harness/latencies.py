"""Which latencies measure the model, and their quantiles."""

from collections.abc import Sequence
from math import ceil, inf

from harness.data.comparison import LatencySummary
from harness.data.record import Record

SMALLEST_SAMPLE = {0.50: 2, 0.90: 20, 0.95: 100, 0.99: 1000}
"""Fewest measured answers for which a quantile is printed."""

_CURVE_POINTS = 200


def measured_s(record: Record) -> float | None:
    """Give the latency that measures the model, seconds above 0; None where there is none.

    An answer's, or the deadline of a call that timed out: censored there, it stays in the
    quantiles. Another fault comes as fast as it likes and says nothing of the model.
    """
    seconds = record.latency_s
    if seconds is None or not 0.0 < seconds < inf:
        return None
    if record.fault is not None and record.fault.kind != "timeout":
        return None
    return seconds


def latency_summary(latencies_s: Sequence[float], excluded: int) -> LatencySummary:
    """Give quantiles (nearest rank) and at most 200 points of the ECDF, seconds."""
    ordered = sorted(latencies_s)
    n = len(ordered)

    def quantile(q: float) -> float | None:
        if n < SMALLEST_SAMPLE[q]:
            return None
        return ordered[min(n - 1, max(0, -int(-q * n // 1) - 1))]

    step = max(1, ceil(n / (_CURVE_POINTS - 1)))
    places = sorted({*range(0, n, step), n - 1}) if n else []
    return LatencySummary(
        n=n,
        p50_s=quantile(0.50),
        p90_s=quantile(0.90),
        p95_s=quantile(0.95),
        p99_s=quantile(0.99),
        excluded=excluded,
        curve=tuple((ordered[place], (place + 1) / n) for place in places),
    )
