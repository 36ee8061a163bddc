"""Shows how long answers took, and how sure that is."""

from collections.abc import Iterator, Sequence
from typing import TypedDict

from harness.api import (
    Comparison,
    Dossier,
    Estimate,
    LatencySummary,
    format_ratio,
    format_s,
    plural,
)
from harness_reports.characters import one_line
from harness_reports.chart import SERIES
from harness_reports.latency_chart import latency_chart
from harness_reports.quantities import interval
from harness_reports.run_order import drifts, first_over_second
from harness_reports.shapes import Chart, line
from harness_reports.view.page import LatencyView, Legend, Spread

_NEEDED = {"p95_s": 100, "p99_s": 1000}
_HEADS = ("Target", "Measured", "p50", "p90", "p95", "p99")
_REASONS = {
    "retried": "came after a retry: the wait in between is ours",
    "moved": "came from another address than the one meant",
    "bundled": "came in one request with others",
    "cached": "came from a cache of the server",
    "replayed": "came from a recording",
}


def latency_view(dossier: Dossier) -> LatencyView:
    """Give curves, percentiles and what may be read from them."""
    whole = tuple((one_line(t.name, 60), t.latency, t.server_s) for t in dossier.targets)
    first = tuple(
        (one_line(t.name, 60), t.first_token or LatencySummary(n=0)) for t in dossier.targets
    )
    has_first = any(target.first_token is not None for target in dossier.targets)
    has_response = any(target.response is not None for target in dossier.targets)
    return LatencyView(
        whole=Spread(
            name="whole answers",
            **_drawn([(name, spread) for name, spread, _ in whole], "latency", "answers"),
            heads=(*_HEADS, "Server’s own", "Left out"),
            rows=tuple(
                (*_row(name, spread), format_s(server_s or None), f"{spread.excluded:,}")
                for name, spread, server_s in whole
            ),
            intervals=tuple((*_ends(spread), "", "") for _, spread, _ in whole),
            left_out=_left_out([(name, spread) for name, spread, _ in whole]),
        ),
        sentences=tuple(_sentences(dossier)),
        first_token=Spread(
            name="first words",
            **_drawn(first, "first-token", "first words"),
            heads=_HEADS,
            rows=tuple(_row(name, spread) for name, spread in first),
            intervals=tuple(_ends(spread) for _, spread in first),
            left_out=(),
        )
        if has_first
        else None,
        first_token_sentences=tuple(_dashes([s for _, s in first])) if has_first else (),
        response=_response(dossier) if has_response else None,
    )


def _response(dossier: Dossier) -> Spread:
    """Times from when a call was due, each under the time of the call itself."""
    found = [
        (one_line(t.name, 60), t.latency, t.response or LatencySummary(n=0))
        for t in dossier.targets
    ]
    spreads = [
        (f"{name}, {what}", spread)
        for name, service, response in found
        for what, spread in (("from being sent", service), ("from being due", response))
    ]
    return Spread(
        name="answers from when they were due",
        **_drawn([(name, response) for name, _, response in found], "response", "answers"),
        heads=_HEADS,
        rows=tuple(_row(name, spread) for name, spread in spreads),
        intervals=tuple(_ends(spread) for _, spread in spreads),
        left_out=(),
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


def _ends(spread: LatencySummary) -> tuple[str, ...]:
    """The interval under every cell of a row; empty where there is none."""
    found = [spread.intervals.get(key) for key in ("p50_s", "p90_s", "p95_s", "p99_s")]
    shown = ("" if one is None else interval(format_s, one.low, one.high) for one in found)
    return ("", "", *shown)


def _left_out(spreads: Sequence[tuple[str, LatencySummary]]) -> tuple[tuple[str, ...], ...]:
    """A row a reason with a cell a target, behind a row of heads; empty where nothing is known."""
    known = [why for why in _REASONS if any(spread.left_out.get(why) for _, spread in spreads)]
    if not known:
        return ()
    heads = ("Left out", *(name for name, _ in spreads))
    rows = [
        (_REASONS[why], *(f"{spread.left_out.get(why, 0):,}" for _, spread in spreads))
        for why in known
    ]
    return (heads, *rows)


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
    if any(target.latency.intervals for target in dossier.targets):
        repeats = ", counting cases, as repeats of a case are alike" if dossier.repeats > 1 else ""
        yield f"In brackets: the interval of 95 % of a percentile, from order statistics{repeats}."
    left_out = sum(target.latency.excluded for target in dossier.targets)
    if left_out:
        yield (
            f"Left out: {plural(left_out, 'answer')} whose time is not the model's, as a retry, "
            "another address, a bundle, a cache or a recording stands between."
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
    yield from _order(comparison)
    yield from _drifts(comparison)


def _order(comparison: Comparison) -> Iterator[str]:
    p = comparison.order_effect_p
    ratio = first_over_second(comparison.table)
    told = "" if ratio is None else f": the one sent first takes {format_ratio(ratio)} the other's"
    if p is not None and p < 0.01:
        yield (
            f"Who of a pair is sent first matters ({_p(p)}){told}. Calls are sent in a "
            "balanced order, so both sides share this, but the servers are not independent of "
            "each other."
        )
    elif p is not None:
        yield f"Whether a call of a pair was sent first made no visible difference (p = {p:.2f})."


def _drifts(comparison: Comparison) -> Iterator[str]:
    found = drifts(comparison.table)
    if found is None:
        return
    names = (comparison.baseline, comparison.candidate)
    moved = [
        f"{one_line(name, 60)} from {format_s(one.first_s)} in the first third to "
        f"{format_s(one.last_s)} in the last ({_p(one.p_value)})"
        for name, one in zip(names, found, strict=True)
        if one.p_value < 0.01
    ]
    if moved:
        yield f"Latency drifted over the run: the median of {'; of '.join(moved)}."
    else:
        least = min(one.p_value for one in found)
        yield f"Neither side became slower or faster over the run (p ≥ {least:.2f})."


def _ratio(estimate: Estimate) -> str:
    share = f"{estimate.confidence * 100:.3g} %"
    ends = interval(format_ratio, estimate.low, estimate.high)
    sure = ", no evidence of a change" if estimate.low <= 1 <= estimate.high else ""
    return f"{format_ratio(estimate.value)} the baseline's ({share} interval {ends}{sure})"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
