"""The small nouns of the HTML report: every string in them is finished and visible."""

from dataclasses import dataclass
from typing import Literal

from harness_reports.shapes import Chart

Tone = Literal["good", "bad", "unsure", "invalid", "plain"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A result as a symbol with a word."""

    symbol: str
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Row:
    """A term with its value."""

    term: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A count under the headline."""

    number: str
    word: str
    badge: Badge
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One gate."""

    anchor: str
    metric: str
    scope: str
    rule: str
    baseline: str
    candidate: str
    measured: str
    interval: str
    chart: Chart | None
    limit: str
    badge: Badge
    reason: str
    notes: str
    is_folded: bool
    """Whether it only warns, and did not, in a table that is long without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCard:
    """Who was called."""

    role: str
    name: str
    css: str
    model: str
    short_revision: str
    revision: str
    proof: Badge
    proof_words: str
    evidence: str
    served_words: str
    """Said when the served revision changed in mid-run; else empty."""
    served: tuple[tuple[str, str], ...]
    """(revision, from when to when), where it changed."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbreastTable:
    """Three or more targets side by side."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The figure, then a cell a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamView:
    """What lies between two commits of one model, and what became of its answers."""

    target: str
    words: str
    is_known: bool
    """Whether the lock says it; else `words` say how it would."""
    commits: tuple[tuple[str, str, str], ...]
    """Commit, day, title; the newest first."""
    files: tuple[tuple[str, str, str], ...]
    """How it changed, path, kind."""
    more: str
    behaviour: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeView:
    """What should be equal on both sides."""

    words: str
    rows: tuple[tuple[str, str, Badge, str], ...]
    """Item, candidate (empty where there is one), whether it is, what differs."""
    noise: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageTable:
    """What was consumed and what it cost, a column a target."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The unit, then a cell a target."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedRow:
    """One waiver."""

    case: str
    badge: Badge
    reason: str
    by: str
    expires: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedView:
    """The waivers of a suite, and what they do to the verdict."""

    words: str
    without: Badge | None
    """The verdict had nothing been waived; None where nothing was."""
    without_reason: str
    rows: tuple[WaivedRow, ...]
    more_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """The cases of one tag."""

    anchor: str
    tag: str
    n: str
    before: str
    after: str
    difference: str
    interval: str
    chart: Chart | None
    regressed: str
    fixed: str
    p_value: str
    time: tuple[str, str] = ("", "")
    """Median of the cases' latency ratios, with a ~ where it may be 1; its interval."""
    tail: tuple[str, str] = ("", "")
    """Ratio of the 95th percentiles, in the same way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTable:
    """The slices of one candidate, those first that say most."""

    candidate: str
    has_time: bool
    """Whether any slice has a latency ratio."""
    has_tail: bool
    shown: tuple[SliceRow, ...]
    folded: tuple[SliceRow, ...]
    folded_words: str
