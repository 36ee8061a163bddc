"""Shows how long answers took, and how sure that is."""

from collections.abc import Iterator

from harness.api import Comparison, Dossier, Estimate, LatencySummary, format_ratio, format_s
from harness_reports.characters import one_line
from harness_reports.chart import SERIES
from harness_reports.latency_chart import latency_chart
from harness_reports.quantities import interval
from harness_reports.shapes import Chart, line
from harness_reports.view.page import LatencyView, Legend

_NEEDED = {"p95_s": 100, "p99_s": 1000}


def latency_view(dossier: Dossier) -> LatencyView:
    """Give curves, percentiles and what may be read from them."""
    curves = [(one_line(t.name, 60), t.latency.curve) for t in dossier.targets]
    drawn = [(index, name) for index, (name, curve) in enumerate(curves) if curve]
    return LatencyView(
        chart=latency_chart(curves),
        legend=tuple(_legend(index, name) for index, name in drawn),
        rows=tuple(_row(one_line(t.name, 60), t.latency, t.server_s) for t in dossier.targets),
        sentences=tuple(_sentences(dossier)),
    )


def _row(name: str, spread: LatencySummary, server_s: float | None) -> tuple[str, ...]:
    quantiles = [format_s(getattr(spread, key)) for key in ("p50_s", "p90_s", "p95_s", "p99_s")]
    return (name, f"{spread.n:,}", *quantiles, format_s(server_s or None), f"{spread.excluded:,}")


def _legend(index: int, name: str) -> Legend:
    css, colour, dash = SERIES[min(index, len(SERIES) - 1)]
    stroke = line(0, 7, 34, 7, css=f"curve {css}", stroke=colour, width="3", dash=dash)
    chart = Chart(
        key=f"legend-{index}",
        title=f"Line of {name}",
        description="",
        width="34",
        height="14",
        shapes=(stroke,),
    )
    return Legend(name=name, css=css, chart=chart)


def _sentences(dossier: Dossier) -> Iterator[str]:
    if not any(target.latency.n for target in dossier.targets):
        yield (
            "No latency was measured: answers that were replayed, cached or retried "
            "say nothing about the model's speed."
        )
        return
    for comparison in dossier.comparisons:
        yield from _shifts(comparison)
    for key, needed in _NEEDED.items():
        short = [t for t in dossier.targets if t.latency.n and getattr(t.latency, key) is None]
        if short:
            name = key.removesuffix("_s")
            yield f"A dash under {name}: it takes at least {needed:,} measured answers."
    left_out = sum(target.latency.excluded for target in dossier.targets)
    if left_out:
        yield (
            f"Left out: {left_out:,} answers that came after a retry, from a cache or from a "
            "recording; their time is not the model's."
        )


def _shifts(comparison: Comparison) -> Iterator[str]:
    name = one_line(comparison.candidate, 60)
    shifts = (
        (comparison.latency_shift, f"Paired call by call, the time of {name} is"),
        (comparison.latency_p50, f"The median of {name} is"),
        (comparison.latency_p95, f"The 95th percentile of {name} is"),
    )
    for estimate, words in shifts:
        if estimate is not None:
            yield f"{words} {_ratio(estimate)}."
    p = comparison.order_effect_p
    if p is not None and p < 0.01:
        yield (
            f"Who of a pair is sent first matters (p = {p:.2g}): calls are sent in a balanced "
            "order, so both sides share this, but the servers are not independent of each other."
        )
    elif p is not None:
        yield f"Whether a call of a pair was sent first made no visible difference (p = {p:.2f})."


def _ratio(estimate: Estimate) -> str:
    share = f"{estimate.confidence * 100:.3g} %"
    ends = interval(format_ratio, estimate.low, estimate.high)
    sure = ", no evidence of a change" if estimate.low <= 1 <= estimate.high else ""
    return f"{format_ratio(estimate.value)} the baseline's ({share} interval {ends}{sure})"
