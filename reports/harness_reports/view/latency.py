"""Shows how long answers took, and how sure that is."""

from collections.abc import Sequence
from typing import TypedDict

from harness.api import (
    Dossier,
    LatencySummary,
    format_s,
)
from harness_reports.characters import one_line
from harness_reports.chart import SERIES
from harness_reports.latency_chart import latency_chart
from harness_reports.quantities import interval
from harness_reports.shapes import Chart, line
from harness_reports.view.latency_words import dashes, sentences
from harness_reports.view.page import LatencyView, Legend, Spread

_HEADS = ("Target", "Measured", "p50", "p90", "p95", "p99")
_REASONS = {
    "retried": "came after a retry: the wait in between is ours",
    "moved": "came from another address than the one meant",
    "bundled": "came in one request with others",
    "cached": "came from a cache of the server",
    "replayed": "came from a recording",
    "held back": "was not read for a while: answers that were read already filled the memory",
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
        sentences=tuple(sentences(dossier)),
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
        first_token_sentences=tuple(dashes([s for _, s in first])) if has_first else (),
        response=_response(dossier) if has_response else None,
    )


def _response(dossier: Dossier) -> Spread:
    """Times from when a call was due to its outcome, each under the time of the call itself."""
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
        left_out=_left_out([(name, response) for name, _, response in found]),
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
