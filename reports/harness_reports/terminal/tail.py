"""The last lines of the report: latency, faults, usage, provenance, commands, all cases."""

from collections.abc import Iterator

from harness.api import Line, Words
from harness_reports.caselist.nouns import CaseList
from harness_reports.terminal.lines import (
    block,
    bullets,
    commands,
    heading,
    line,
    quiet,
    rows,
    seal,
    subheading,
    table,
)
from harness_reports.view.page import FaultRow, Page, Spread


def latency_lines(page: Page) -> Iterator[Line]:
    """Give the percentiles of every target, and what they say; first words apart."""
    latency = page.latency
    yield from heading("Latency")
    yield line("Time from sending a call to its whole answer, measured by the client.")
    yield from _spread(latency.whole)
    yield from bullets(latency.sentences)
    if latency.first_token is not None:
        yield from subheading("First words")
        yield line(
            "Time from sending a call to the first content of a streamed answer. It is part of the "
            "time above, not added to it."
        )
        yield from _spread(latency.first_token)
        yield from bullets(latency.first_token_sentences)
    if latency.response is not None:
        yield from subheading("From when a call was due")
        yield line(
            "Calls were sent at a given rate. A call that had to wait for its turn, or to be sent "
            "again, is slow for whoever asked, however fast its answer was: this is the time from "
            "when it was due to its outcome, beside the time from when it was sent, which calls "
            "that were sent again are left out of."
        )
        yield from _spread(latency.response)


def fault_lines(page: Page) -> Iterator[Line]:
    """Give the calls without an answer, grouped."""
    if not page.faults:
        yield ()
        yield line(quiet("No faults: every call that was sent was answered."))
        return
    yield from heading("Faults")
    yield line("Calls without an answer. They are never counted as passed.")
    for fault in page.faults:
        yield from _fault(fault)


def usage_lines(page: Page) -> Iterator[Line]:
    """Give what was consumed and what it cost; nothing where nothing is known."""
    if page.usage is not None:
        yield from heading("Usage and cost")
        yield from table(("Sum over answers", *page.usage.targets), page.usage.rows)
        yield line(quiet(" ".join(page.usage.notes)), indent=2)


def end_lines(page: Page) -> Iterator[Line]:
    """Give where the run comes from, and how to make it again."""
    yield from heading("Provenance")
    yield from rows(page.environment)
    yield from heading("Reproduce")
    yield from commands(page.commands)


def all_case_lines(cases: CaseList) -> Iterator[Line]:
    """Give what changed, worst first; all cases where they are few."""
    yield from heading("All cases")
    yield line(cases.rows_words)
    names = (head for name in cases.candidates for head in ("Change", name))
    yield from table(
        ("Case", "Tags", "Baseline", *names),
        (
            (
                row.case_id,
                row.tags,
                row.before,
                *(cell for badge, answer in row.changes for cell in (seal(badge), Words(answer))),
            )
            for row in cases.rows
        ),
    )
    yield line(quiet(cases.words))


def _spread(spread: Spread) -> Iterator[Line]:
    cells = (
        (row[0], *(f"{cell} {end}".rstrip() for cell, end in zip(row[1:], ends[1:], strict=True)))
        for row, ends in zip(spread.rows, spread.intervals, strict=True)
    )
    yield from table(spread.heads, cells)
    if spread.left_out:
        yield line("What was left out, and why", indent=2)
        yield from table(spread.left_out[0], spread.left_out[1:])


def _fault(fault: FaultRow) -> Iterator[Line]:
    status = f", HTTP status {fault.status}" if fault.status else ""
    yield from subheading(
        Words(f"{fault.count} ×", "strong"),
        Words(fault.kind, "bad"),
        quiet(f"on {fault.target}{status}"),
    )
    yield from block([Words(fault.message)])
    if fault.hint:
        yield line(quiet("What to do"), fault.hint, indent=2)
    if fault.cases:
        yield line(quiet(f"Cases: {fault.cases}"), indent=2)
