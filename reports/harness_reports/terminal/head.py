"""The first lines of the report: verdict, gates, counts, warnings, who was compared, slices."""

from collections.abc import Iterator

from harness.api import Line, Words
from harness_reports.terminal.lines import (
    bullets,
    heading,
    line,
    quiet,
    rows,
    seal,
    subheading,
    table,
)
from harness_reports.view.nouns import AlikeView, SliceRow, SliceTable, TargetCard
from harness_reports.view.page import Page
from harness_reports.view.words import CHANGES

_SLICE_HEADS = ("Tag", "Cases", "Passed", "Difference", "Interval", "Regressed", "Fixed", "p")


def verdict_lines(page: Page) -> Iterator[Line]:
    """Give verdict, suite, pins, reasons and facts."""
    yield line(seal(page.badge), Words(page.suite, "strong"))
    yield line(Words(page.headline, "strong"))
    pins: list[str | Words] = []
    for place, target in enumerate(page.targets):
        pins += ["→" if place == 1 else "·"] if place else []
        pins += [target.name, Words(target.short_revision, "strong"), seal(target.proof)]
    yield line(*pins)
    yield from bullets(page.reasons)
    yield line(quiet(" · ".join((*page.facts, page.started_words))))


def gate_lines(page: Page) -> Iterator[Line]:
    """Give a row a gate, and under it why it ended so."""
    yield from heading("Gates")
    yield line(page.gates_words)
    heads = ("Result", "Gate", "Baseline", "Candidate", "Measured", "Interval", "Limit")
    body = [
        (
            seal(gate.badge),
            " ".join(word for word in (gate.metric, gate.scope) if word),
            gate.baseline,
            gate.candidate,
            Words(gate.measured, "strong"),
            gate.interval,
            gate.limit,
        )
        for gate in page.gates
    ]
    found = list(table(heads, body))
    yield from found[:1]
    for gate, row in zip(page.gates, found[1:], strict=True):
        yield row
        notes = quiet(f"({gate.notes})" if gate.notes else "")
        yield line(quiet(gate.rule), gate.reason, notes, indent=6)


def count_lines(page: Page) -> Iterator[Line]:
    """Give what became of the cases, as numbers."""
    yield from heading("What became of the cases")
    cells: list[str | Words] = []
    for place, tile in enumerate(page.tiles):
        cells += [quiet("|")] if place else []
        cells += [Words(tile.number, "strong"), Words(f"{tile.badge.symbol} {tile.word}")]
    yield line(*cells, indent=2)
    yield line(quiet(page.calls_words), indent=2)


def warning_lines(page: Page) -> Iterator[Line]:
    """Give the warnings; nothing where there are none."""
    if page.warnings:
        yield from heading("Warnings")
        yield from bullets(page.warnings, "!")


def compared_lines(page: Page) -> Iterator[Line]:
    """Give every target with its pin and proof, and the parameters."""
    yield from heading("What is compared")
    yield line(page.compared_words)
    for target in page.targets:
        yield from _target(target)
    if page.abreast is not None:
        yield from subheading("All targets side by side")
        yield from table(("Figure", *page.abreast.targets), page.abreast.rows)
    if page.shape_findings:
        yield ()
    for finding in page.shape_findings:
        yield line(seal(CHANGES["changed"]), finding, indent=2)
    if page.alike is not None:
        yield from _alike(page.alike)
    if page.settings:
        yield from subheading("Parameters of every call")
        yield from rows(page.settings)


def upstream_lines(page: Page) -> Iterator[Line]:
    """Give what changed in the repositories beside what changed in the answers."""
    if not page.upstream:
        return
    yield from heading("What changed")
    yield line(
        "In the model’s repository between the two revisions, and in its answers to this suite."
    )
    for view in page.upstream:
        name = view.target if len(page.upstream) > 1 else ""
        yield from subheading("Upstream", quiet(name))
        yield line(view.words, indent=2)
        for how, path, kind in view.files:
            yield line("-", how, path, quiet(kind), indent=2)
        for commit, day, title in view.commits:
            yield line("-", commit, title, quiet(day), indent=2)
        yield line(quiet(view.more), indent=2)
        yield from subheading("In behaviour", quiet(name))
        yield from rows(view.behaviour)


def slice_lines(page: Page) -> Iterator[Line]:
    """Give the slices of every candidate, those first that say most."""
    if not page.slices:
        return
    yield from heading("Slices")
    yield line(page.slices_words)
    for part in page.slices:
        heads = (*_SLICE_HEADS, *("Time",) * part.has_time, *("p95",) * part.has_tail)
        if len(page.slices) > 1:
            yield from subheading(part.candidate)
        yield from table(heads, [_slice(row, part) for row in part.shown])
        if part.folded:
            yield line(quiet(part.folded_words), indent=2)
            yield from table(heads, [_slice(row, part) for row in part.folded])


def _target(target: TargetCard) -> Iterator[Line]:
    yield from subheading(target.name, quiet(target.role if target.role != target.name else ""))
    yield line(target.model, "@", target.revision, indent=2)
    yield line(seal(target.proof), target.proof_words, quiet(target.evidence), indent=2)
    if target.served:
        yield line(seal(CHANGES["changed"]), target.served_words, indent=2)
        for revision, when in target.served:
            yield line(revision, quiet(when), indent=4)
    yield from rows(target.rows)


def _alike(alike: AlikeView) -> Iterator[Line]:
    yield from subheading("What should be equal")
    if alike.rows:
        yield line(alike.words, indent=2)
    yield from table(
        ("Condition", "", "Result", "What differs"),
        ((item, candidate, seal(result), words) for item, candidate, result, words in alike.rows),
    )
    if alike.noise:
        yield line(alike.noise, indent=2)


def _slice(row: SliceRow, whole: SliceTable) -> tuple[str, ...]:
    times = (row.time,) * whole.has_time + (row.tail,) * whole.has_tail
    return (
        row.tag,
        row.n,
        f"{row.before} → {row.after}",
        row.difference,
        row.interval,
        row.regressed,
        row.fixed,
        row.p_value,
        *(" ".join(one).rstrip() for one in times),
    )
