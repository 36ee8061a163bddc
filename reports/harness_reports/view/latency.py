"""Shows how long answers took, and how sure that is."""

from collections.abc import Iterator, Sequence
from typing import TypedDict

from harness.api import Comparison, Dossier, Estimate, LatencySummary, format_ratio, format_s
from harness_reports.characters import one_line
from harness_reports.chart import SERIES
from harness_reports.latency_chart import latency_chart
from harness_reports.quantities import interval
from harness_reports.shapes import Chart, line
from harness_reports.view.page import LatencyView, Legend, Spread

_NEEDED = {"p95_s": 100, "p99_s": 1000}
_HEADS = ("Target", "Measured", "p50", "p90", "p95", "p99")


def latency_view(dossier: Dossier) -> LatencyView:
    """Give curves, percentiles and what may be read from them."""
    whole = tuple((one_line(t.name, 60), t.latency, t.server_s) for t in dossier.targets)
    first = tuple(
        (one_line(t.name, 60), t.first_token or LatencySummary(n=0)) for t in dossier.targets
    )
    has_first = any(target.first_token is not None for target in dossier.targets)
    return LatencyView(
        whole=Spread(
            name="whole answers",
            **_drawn([(name, spread) for name, spread, _ in whole], "latency", "answers"),
            heads=(*_HEADS, "Server’s own", "Left out"),
            rows=tuple(
                (*_row(name, spread), format_s(server_s or None), f"{spread.excluded:,}")
                for name, spread, server_s in whole
            ),
        ),
        sentences=tuple(_sentences(dossier)),
        first_token=Spread(
            name="first words",
            **_drawn(first, "first-token", "first words"),
            heads=_HEADS,
            rows=tuple(_row(name, spread) for name, spread in first),
        )
        if has_first
        else None,
        first_token_sentences=tuple(_dashes([s for _, s in first])) if has_first else (),
    )


class _Drawn(TypedDict):
    chart: Chart | None
    legend: tuple[Legend, ...]


def _drawn(spreads: Sequence[tuple[str, LatencySummary]], key: str, what: str) -> _Drawn:
    curves = [(name, spread.curve) for name, spread in spreads]
    return {
        "chart": latency_chart(curves, key=f"{key}-curve", what=what),
        "legend": tuple(
            _legend(index, name, key) for index, (name, curve) in enumerate(curves) if curve
        ),
    }


def _row(name: str, spread: LatencySummary) -> tuple[str, ...]:
    quantiles = [format_s(getattr(spread, key)) for key in ("p50_s", "p90_s", "p95_s", "p99_s")]
    return (name, f"{spread.n:,}", *quantiles)


def _legend(index: int, name: str, key: str) -> Legend:
    css, colour, dash = SERIES[min(index, len(SERIES) - 1)]
    stroke = line(0, 7, 34, 7, css=f"curve {css}", stroke=colour, width="3", dash=dash)
    chart = Chart(
        key=f"{key}-legend-{index}",
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
    yield from _dashes([target.latency for target in dossier.targets])
    left_out = sum(target.latency.excluded for target in dossier.targets)
    if left_out:
        ways = ["after a retry"]
        ways += ["from another address"] if any(t.moved for t in dossier.targets) else []
        ways += ["in one request with others"] if any(t.batched for t in dossier.targets) else []
        ways += ["from a cache"]
        yield (
            f"Left out: {left_out:,} answers that came {', '.join(ways)} or from a "
            "recording; their time is not the model's."
        )


def _dashes(spreads: Sequence[LatencySummary]) -> Iterator[str]:
    for key, needed in _NEEDED.items():
        if any(spread.n and getattr(spread, key) is None for spread in spreads):
            name = key.removesuffix("_s")
            yield f"A dash under {name}: it takes at least {needed:,} measured answers."


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
