"""What the HTML report says of cases: every string in it is finished and visible."""

from dataclasses import dataclass
from typing import Literal

from harness_reports.characters import Part
from harness_reports.shapes import Chart, Shape
from harness_reports.view.nouns import Badge, Row


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of model text; `is_changed` where the other side lacks it."""

    is_changed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LabelCell:
    """A label's score on one side."""

    score: str
    chart: Chart | None
    first: str
    """Said where it is the side's first label; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One label of a classifier with its scores, a cell a pane."""

    label: str
    cells: tuple[LabelCell, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of the input's text; with a label an entity was found there."""

    parts: tuple[Part, ...]
    label: str = ""
    is_only_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """An image, a sound or a video, in the page or in a file beside it."""

    shown_as: Literal["image", "audio", "video"]
    source: str
    """A `data:` url, or a file's name below the page's folder."""
    name: str
    """What it is, for those who do not see it."""
    caption: str
    words: str
    sha256: str
    width: str
    height: str
    is_beside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Boxes over the input's image, which stands in the page once, under `image`."""

    key: str
    title: str
    description: str
    width: str
    height: str
    image: str
    """Id of the image element; empty: boxes on an empty ground."""
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPicture:
    """The input's image, drawn so that other drawings can use it again."""

    key: str
    title: str
    width: str
    height: str
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found: its number in the picture, what it is, where, how it matches."""

    number: str
    label: str
    words: str
    match: str
    is_only_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneBody:
    """An answer, in the way its task is best shown."""

    pieces: tuple[Piece, ...] = ()
    marks: tuple[Mark, ...] = ()
    media: tuple[MediaView, ...] = ()
    picture: Picture | None = None
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    more: str = ""
    """What is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePair:
    """Two images of one size, to be looked at side by side, one over the other, or in a mask."""

    key: str
    before: MediaView
    after: MediaView
    before_name: str
    after_name: str
    mask: MediaView | None
    """Where they differ; None where it was not computed."""
    words: str
    """How much differs, or why it is not known."""
    stops: tuple[int, ...]
    """Places of the wipe, percent from the left."""


@dataclass(frozen=True, slots=True)
class NearCase:
    """A case that lies near another one."""

    case_id: str
    cosine: str
    sign: str
    """`−` or `+` where it is near on one side only; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourView:
    """The cases whose embeddings lie nearest to a case's, the nearest first."""

    words: str
    rows: tuple[tuple[NearCase, NearCase], ...]
    """Baseline, candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourSummary:
    """How the neighbours of all cases changed."""

    words: str
    rows: tuple[tuple[str, str, str, str], ...]
    """Case, how many are kept, those gone, those new; the most changed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One side of a case."""

    target: str
    css: str
    badge: Badge
    odds: str
    latency: str
    body: PaneBody
    fault: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathRow:
    """One place in which two JSON answers differ."""

    path: str
    badge: Badge
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTable:
    """All places in which two JSON answers differ."""

    words: str
    rows: tuple[PathRow, ...]
    more: str


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
    media: tuple[MediaView, ...]
    """The file that was sent."""
    picture: InputPicture | None
    """The image that was sent, where boxes are drawn over it."""
    expect: str
    note: str
    answer_css: str
    panes: tuple[Pane, ...]
    """The baseline, the candidate, then the other candidates."""
    pictures: PicturePair | None
    """One image of each side, to be laid over each other."""
    paths: PathTable | None
    labels: tuple[LabelRow, ...]
    neighbours: NeighbourView | None
    repeats: tuple[RepeatRow, ...]
    measures: tuple[str, ...]
    commands: tuple[str, ...]
    place: str
    accepts: str = ""
    """The id of a regression, as the list of all cases has it; empty: nothing is to be accepted."""
    series: int = 0
    """The place of its candidate among the targets."""
    link: str = ""
    """The id `#case=ID` leads to; empty: another panel of the case has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseBlock:
    """Regressions with one cause."""

    anchor: str
    check: str
    reason: str
    size: str
    panels: tuple[CasePanel, ...]
    others: str
    commands: tuple[str, ...]
    """What accepts all of them at once."""


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
    measures: tuple[tuple[str, str, str, str, str], ...]
    """Name, cases, mean, its interval, how to read it."""
    neighbours: NeighbourSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in the table of all cases."""

    case_id: str
    href: str
    tags: str
    before: str
    changes: tuple[tuple[Badge, str], ...]
