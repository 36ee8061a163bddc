"""What became of the cases, as terminal lines: regressions by cause, waivers, fixed, changed."""

from collections.abc import Iterator

from harness.api import Line, Words
from harness_reports.terminal.case import case_lines
from harness_reports.terminal.lines import commands, heading, line, quiet, seal, subheading, table
from harness_reports.view.case_nouns import CasePanel, CauseBlock, Changes
from harness_reports.view.page import Page


def regression_lines(page: Page) -> Iterator[Line]:
    """Give the regressions of every candidate, grouped by cause, worst first."""
    yield from heading("Regressions")
    for change in page.changes:
        yield from _candidate(page, change)
        yield line(change.regressed_words)
        for cause in change.causes:
            yield from _cause(cause)


def waived_lines(page: Page) -> Iterator[Line]:
    """Give the waivers, and the verdict without them; nothing where there are none."""
    waived = page.waived
    if waived is None:
        return
    yield from heading("Waived")
    yield line(waived.words)
    if waived.without is not None:
        yield line("Without waivers:", seal(waived.without), quiet(waived.without_reason))
    yield from table(
        ("Case", "Waiver", "", "Why it is all right", "Accepted by", "Until"),
        ((r.case, seal(r.badge), quiet(r.note), r.reason, r.by, r.expires) for r in waived.rows),
    )
    yield line(quiet(waived.more_words))


def fixed_lines(page: Page) -> Iterator[Line]:
    """Give samples of the fixed and of the changed cases, and the measures of the task."""
    yield from heading("Fixed, and changed without a flip")
    for change in page.changes:
        yield from _candidate(page, change)
        yield line(change.fixed_words or "No case that failed before passes now.")
        yield from _panels(change.fixed)
        if change.changed:
            yield line(change.changed_words)
            yield from _panels(change.changed)
        if change.measures:
            yield ()
            yield line("How alike both answers to a case are, on average", indent=2)
            yield from table(("Measure", "Cases", "Mean", "Interval", "Reading"), change.measures)
        if change.neighbours is not None:
            yield ()
            yield line(change.neighbours.words)
            if change.neighbours.rows:
                yield line("Cases whose nearest neighbours changed most", indent=2)
            heads = ("Case", "Kept", "No longer near", "Near now")
            yield from table(heads, change.neighbours.rows)


def _candidate(page: Page, change: Changes) -> Iterator[Line]:
    if len(page.changes) > 1:
        yield from subheading(change.candidate)


def _cause(cause: CauseBlock) -> Iterator[Line]:
    yield from subheading(Words(cause.size, "strong"), Words(cause.check, "bad"), cause.reason)
    yield from _panels(cause.panels)
    if cause.others:
        yield ()
        yield line(quiet(cause.others))
    if cause.commands:
        yield ()
        yield line("Accept all of them")
        yield from commands(cause.commands)


def _panels(panels: tuple[CasePanel, ...]) -> Iterator[Line]:
    for panel in panels:
        yield from case_lines(panel)
