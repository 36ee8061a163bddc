"""Writes how far the latency that everybody shows lies from the truth."""

from collections.abc import Iterator

from benchmarks.cells import LIMITS, OURS, RIVALS
from benchmarks.readings import Figure, p50_s, p99_s
from benchmarks.table import Table
from benchmarks.work import Work

_HEAD = """\
### Latency shown, minus the truth

The server waits exactly as long as is said; what is shown beyond that, in ms, is the machine's, the
network's and the contender's own. In brackets: the rounds, of which these are medians.
"""


def latency_rows(table: Table) -> Iterator[str]:
    """Give p50 and p99 shown less the delay, a column for each work with one; no lines without."""
    works = sorted(
        (work for work in table.works() if work.delay_ms),
        key=lambda work: (work.calls, work.delay_ms, work.has_tls, work.concurrency),
    )
    if not works:
        return
    yield from _HEAD.splitlines()
    yield ""
    yield f"| contender | {' | '.join(work.name for work in works)} |"
    yield "| --- |" + " ---: |" * len(works)
    for name in (OURS, *LIMITS, *RIVALS):
        if any(table.of(work, name) for work in works):
            yield f"| {name} | {' | '.join(_cell(table, work, name) for work in works)} |"
    yield ""


def _cell(table: Table, work: Work, name: str) -> str:
    rounds = len(table.of(work, name))
    if not rounds:
        return ""
    p50, p99 = (_beyond_ms(table, work, name, figure) for figure in (p50_s, p99_s))
    if p50 is None:
        return f"not shown ({rounds})"
    return f"p50 {p50}, p99 {p99 or 'not shown'} ({rounds})"


def _beyond_ms(table: Table, work: Work, name: str, figure: Figure) -> str | None:
    shown_s = table.median(work, name, figure)
    return None if shown_s is None else f"{shown_s * 1000 - work.delay_ms:+,.2f}"
