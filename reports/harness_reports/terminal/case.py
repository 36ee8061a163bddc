"""One case in full, as terminal lines: question, both answers, what differs, commands."""

from collections.abc import Iterator

from harness.api import Ink, Line, Words
from harness_reports.terminal.lines import (
    block,
    commands,
    line,
    part_words,
    quiet,
    rows,
    seal,
    table,
)
from harness_reports.view.case_nouns import CasePanel, MediaView, NearCase, Pane, PaneBody
from harness_reports.view.nouns import Row

_SIGNS: dict[Ink, tuple[str, str]] = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


def case_lines(case: CasePanel) -> Iterator[Line]:
    """Give a case as its panel in the page shows it."""
    yield ()
    yield line(
        seal(case.badge),
        Words(case.case_id, "strong"),
        case.answers,
        *(f"#{tag}" for tag in case.tags),
        quiet(case.odds),
        quiet(case.latency),
    )
    yield line(quiet("Prompt"), indent=2)
    yield from block(part_words(case.prompt))
    yield from _files(case.media)
    if case.picture is not None:
        yield line(case.picture.title, quiet(case.picture.words), indent=2)
    if case.expect:
        yield from block((quiet("Expected "), Words(case.expect)))
    yield from _labels(case)
    if case.note:
        yield line(quiet(case.note), indent=2)
    if case.pictures is not None:
        yield line(quiet(case.pictures.words), indent=2)
    yield from _paths(case)
    for place, pane in enumerate(case.panes):
        yield from _pane(pane, "added" if place else "removed")
    yield from _neighbours(case)
    if case.measures:
        yield line(quiet(" · ".join(case.measures)), indent=2)
    yield from table(
        ("Repeat", case.panes[0].target, "", case.panes[1].target, ""),
        (
            (row.repeat, seal(row.before_badge), row.before, seal(row.after_badge), row.after)
            for row in case.repeats
        ),
    )
    yield from commands(case.commands)
    if case.place:
        yield line(quiet("written in"), case.place, indent=2)


def _labels(case: CasePanel) -> Iterator[Line]:
    heads = ["Label"]
    for place, pane in enumerate(case.panes):
        heads += [pane.target, "", *(["Change"] if place == 1 else [])]
    body: list[list[str]] = []
    for row in case.labels:
        cells = [row.label]
        for place, cell in enumerate(row.cells):
            cells += [cell.score, cell.first, *([row.change] if place == 1 else [])]
        body.append(cells)
    yield from table(heads, body)


def _paths(case: CasePanel) -> Iterator[Line]:
    if case.paths is None:
        return
    yield line(case.paths.words, indent=2)
    yield from table(
        ("Path", "How", case.panes[0].target, case.panes[1].target),
        (
            (row.path, seal(row.badge), Words(row.before, "removed"), Words(row.after, "added"))
            for row in case.paths.rows
        ),
    )
    if case.paths.more:
        yield line(quiet(case.paths.more), indent=2)


def _neighbours(case: CasePanel) -> Iterator[Line]:
    if case.neighbours is None:
        return
    yield line(case.neighbours.words, indent=2)
    yield from table(
        ("Nearest", case.panes[0].target, "", case.panes[1].target, ""),
        (
            (str(place), *(cell for near in pair for cell in _near(near)))
            for place, pair in enumerate(case.neighbours.rows, start=1)
        ),
    )


def _near(near: NearCase) -> tuple[Words, Words]:
    inks: dict[str, Ink] = {"−": "removed", "+": "added"}
    only = f" {near.sign} only here" if near.sign else ""
    return Words(near.case_id, inks.get(near.sign, "plain")), quiet(f"{near.cosine}{only}")


def _pane(pane: Pane, ink: Ink) -> Iterator[Line]:
    head = (Words(pane.target, "strong"), seal(pane.badge), quiet(pane.latency), quiet(pane.odds))
    yield line(*head, indent=2)
    yield from _body(pane.body, ink)
    if pane.fault:
        yield line(Words("No answer.", "bad"), pane.fault, indent=4)
    for finding in pane.findings:
        yield line(Words("✗", "bad"), finding, indent=4)


def _body(body: PaneBody, ink: Ink) -> Iterator[Line]:
    if body.pieces:
        yield from block(_pieces(body, ink))
    if body.marks:
        yield from block(_marks(body, ink))
    yield from _files(body.media)
    if body.picture is not None:
        yield line(body.picture.title, quiet(body.picture.description), indent=4)
    for item in body.items:
        number = f"{item.number}." if item.number else ""
        label = Words(item.label, ink if item.is_only_here else "strong")
        yield line(number, label, item.words, quiet(item.match), indent=4)
    yield from rows(body.rows, indent=4)
    if body.more:
        yield line(quiet(body.more), indent=4)


def _pieces(body: PaneBody, ink: Ink) -> Iterator[Words]:
    """Removed words in [-…-], added ones in {+…+}: colour only repeats it."""
    opened, closed = _SIGNS[ink]
    for piece in body.pieces:
        if not piece.is_changed:
            yield from part_words(piece.parts)
            continue
        yield Words(opened, ink)
        yield from part_words(piece.parts, ink)
        yield Words(closed, ink)


def _marks(body: PaneBody, ink: Ink) -> Iterator[Words]:
    sign = "−" if ink == "removed" else "+"
    for mark in body.marks:
        if not mark.label:
            yield from part_words(mark.parts)
            continue
        own: Ink = ink if mark.is_only_here else "strong"
        yield Words("[", "quiet")
        yield from part_words(mark.parts, own)
        yield Words(f" {sign if mark.is_only_here else ''}{mark.label}", own)
        yield Words("]", "quiet")


def _files(found: tuple[MediaView, ...]) -> Iterator[Line]:
    for media in found:
        facts = (Row("", media.words), Row("sha256", media.sha256))
        name = Words(media.caption or media.name, "strong")
        yield line(name, *(f"{row.term} {row.value}".strip() for row in facts), indent=4)
