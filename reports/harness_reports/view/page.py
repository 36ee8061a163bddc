"""The page of the HTML report, from top to bottom."""

from dataclasses import dataclass

from harness_reports.shapes import Chart
from harness_reports.view.case_nouns import Changes
from harness_reports.view.nouns import (
    AbreastTable,
    AlikeView,
    Badge,
    GateRow,
    Row,
    SliceTable,
    TargetCard,
    Tile,
    UpstreamView,
    UsageTable,
    WaivedView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """A curve's name."""

    name: str
    css: str
    chart: Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How one time is spread over the answers of every target."""

    name: str
    chart: Chart | None
    legend: tuple[Legend, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    intervals: tuple[tuple[str, ...], ...]
    """For every cell of `rows` its interval; empty where it has none."""
    left_out: tuple[tuple[str, ...], ...]
    """A row of heads, then one a reason for which answers have no time; empty: none has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyView:
    """How long answers took, and apart from that how long their first words took."""

    whole: Spread
    sentences: tuple[str, ...]
    first_token: Spread | None
    first_token_sentences: tuple[str, ...]
    response: Spread | None
    """From when a call was due, where calls were sent at a given rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Faults of one kind on one target."""

    target: str
    kind: str
    status: str
    count: str
    message: str
    hint: str
    cases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole report."""

    title: str
    suite: str
    badge: Badge
    headline: str
    reasons: tuple[str, ...]
    facts: tuple[str, ...]
    started_at: str
    started_words: str
    tiles: tuple[Tile, ...]
    calls_words: str
    gates: tuple[GateRow, ...]
    gates_words: str
    targets: tuple[TargetCard, ...]
    compared_words: str
    abreast: AbreastTable | None
    upstream: tuple[UpstreamView, ...]
    alike: AlikeView | None
    shape_findings: tuple[str, ...]
    usage: UsageTable | None
    settings: tuple[Row, ...]
    slices: tuple[SliceTable, ...]
    slices_words: str
    """How to read them."""
    changes: tuple[Changes, ...]
    waived: WaivedView | None
    latency: LatencyView
    faults: tuple[FaultRow, ...]
    warnings: tuple[str, ...]
    environment: tuple[Row, ...]
    commands: tuple[str, ...]
    beside_words: str
    """What must be kept together with the page; empty: nothing."""
