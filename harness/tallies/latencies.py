"""Which times measure the model, and which what its users wait; their quantiles."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, inf

from harness import stats
from harness.data.comparison import Estimate, LatencySummary
from harness.data.record import Record

SMALLEST_SAMPLE = {0.50: 2, 0.90: 20, 0.95: 100, 0.99: 1000}
"""Fewest measured answers for which a quantile is printed."""

_CURVE_POINTS = 200
_CONFIDENCE = 0.95
_NAMES = {0.50: "p50_s", 0.90: "p90_s", 0.95: "p95_s", 0.99: "p99_s"}


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


def responded_s(record: Record) -> float | None:
    """Give what a user would have waited, seconds above 0; None where nothing says so.

    Retries and the waits for them are in it, as are calls that timed out, censored. Runs of before
    it was stored say it of first attempts only.
    """
    seconds = record.response_s
    if seconds is None:
        measured = measured_s(record)
        if measured is None or record.queue_s is None:
            return None
        seconds = measured + record.queue_s
    if not 0.0 < seconds < inf or (record.fault is not None and record.fault.kind != "timeout"):
        return None
    return seconds


def latency_summary(
    latencies_s: Sequence[float],
    excluded: int,
    *,
    cases: int | None = None,
    left_out: Mapping[str, int] | None = None,
) -> LatencySummary:
    """Give quantiles (nearest rank) and at most 200 points of the ECDF, seconds.

    `cases` were answered: repeats of a case are not independent of each other, so that intervals
    count cases, not answers. None: every answer is of a case of its own. `left_out` says why
    answers are `excluded`.
    """
    ordered = _sorted(latencies_s)
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
        left_out=dict(left_out or {}),
        intervals=dict(_intervals(ordered, n if cases is None else min(n, cases))),
        curve=tuple((ordered[place], (place + 1) / n) for place in places),
    )


def _sorted(values: Sequence[float]) -> "array[float]":
    import numpy as np

    ordered = array("d")
    ordered.frombytes(np.sort(np.asarray(values, dtype=np.float64)).tobytes())
    return ordered


def _intervals(ordered: Sequence[float], units: int) -> Iterator[tuple[str, Estimate]]:
    """Give name and interval of every quantile that is printed (Conover 1999, section 3.2).

    The ranks are those of a sample of `units`, at the same shares of this one.
    """
    n = len(ordered)
    for q, name in _NAMES.items():
        if n < SMALLEST_SAMPLE[q] or not units:
            continue
        lower, upper = stats.limiting_ranks(units, q, _CONFIDENCE)
        yield (
            name,
            Estimate(
                value=ordered[min(n - 1, max(0, -int(-q * n // 1) - 1))],
                low=ordered[(lower - 1) * n // units] if lower else 0.0,
                high=ordered[ceil(upper * n / units) - 1] if upper else inf,
                confidence=_CONFIDENCE,
                method="order statistics",
            ),
        )
