"""What the HTML report says of cases: every string in it is finished and visible."""

from dataclasses import dataclass

from harness_reports.characters import Part
from harness_reports.shapes import Chart
from harness_reports.view.nouns import Badge


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of model text; `is_changed` where the other side lacks it."""

    is_changed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One label of a classifier with its scores on both sides."""

    label: str
    before: str
    after: str
    change: str
    before_chart: Chart | None
    after_chart: Chart | None
    before_first: str
    after_first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One side of a case."""

    target: str
    css: str
    badge: Badge
    odds: str
    latency: str
    pieces: tuple[Piece, ...]
    fault: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """One repeat, on both sides."""

    repeat: str
    before: str
    before_badge: Badge
    after: str
    after_badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """A case in full."""

    anchor: str
    case_id: str
    badge: Badge
    tags: tuple[str, ...]
    answers: str
    odds: str
    latency: str
    is_open: bool
    prompt: tuple[Part, ...]
    expect: str
    note: str
    answer_css: str
    before: Pane
    after: Pane
    labels: tuple[LabelRow, ...]
    repeats: tuple[RepeatRow, ...]
    measures: tuple[str, ...]
    commands: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseBlock:
    """Regressions with one cause."""

    anchor: str
    check: str
    reason: str
    size: str
    panels: tuple[CasePanel, ...]
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the cases under one candidate."""

    anchor: str
    candidate: str
    regressed_words: str
    causes: tuple[CauseBlock, ...]
    fixed_words: str
    fixed: tuple[CasePanel, ...]
    changed_words: str
    changed: tuple[CasePanel, ...]
    measures: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in the table of all cases."""

    case_id: str
    href: str
    tags: str
    before: str
    changes: tuple[tuple[Badge, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """All cases, when they are few enough; else where to find them."""

    candidates: tuple[str, ...]
    rows: tuple[CaseRow, ...]
    words: str
