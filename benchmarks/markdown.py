"""Writes the results as a page."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks import readings
from benchmarks.cells import LIMITS, OURS, RIVALS
from benchmarks.figures import count, scaled, times
from benchmarks.kept import Commits, Pairs, ReportPage, RivalPage, StartUp
from benchmarks.latency_table import latency_rows
from benchmarks.medians import median_of
from benchmarks.must_reach import Aim
from benchmarks.page_tables import report_rows
from benchmarks.readings import Figure
from benchmarks.table import Table
from benchmarks.work import Measurement, Work

_HEAD = """\
# Benchmarks

Written by `python benchmarks/run.py`; how it is measured stands in [README.md](README.md). Speed is
a ratio against another program in the same round of the same run: absolute figures are this
machine's, on that day, under that load.
"""
_MEASURED = """\
Medians over the rounds; ratios are medians of each round's own. Memory is added up at concurrency
32 and 0 ms only, as looking takes time: a page that processes share is counted once. The largest
process is the operating system's own figure.
"""
_MISSING = """\
## Planned and not measured

Contenders that are not installed, or were not chosen, or failed, and rounds that are still to come.
"""
_VERDICTS = {True: "reached", False: "**not reached**", None: "not measured"}
_COLUMNS = (
    "contender | rounds | calls/s, whole | ours / theirs | calls/s, requests | ours / theirs "
    "| CPU per call | memory, all processes | largest process | p50 shown | p99 shown "
    "| p99 at the server | load"
)


def page(
    table: Table,
    aims: Sequence[Aim],
    unsound: Sequence[Measurement],
    notes: Mapping[str, str],
    starts: Sequence[StartUp],
    committed: Sequence[Commits],
    pages: Sequence[ReportPage] = (),
    compared: Sequence[Pairs] = (),
    rivals: Sequence[RivalPage] = (),
    missing: Sequence[str] = (),
) -> str:
    """Give the whole page; `notes` are said first, in order, `missing` is what was planned only."""
    parts = [_HEAD, *(f"- {name}: {text}" for name, text in notes.items()), ""]
    parts += ["## Promised and measured", "", *reached(aims), ""]
    parts += [
        "## Measured",
        "",
        _MEASURED,
    ]
    for work in table.works():
        parts += [f"### {work.name}", "", *rows(table, work), ""]
    parts += latency_rows(table)
    if missing:
        parts += [_MISSING, *(f"- {line}" for line in missing), ""]
    parts += ["## revgate alone", "", *_alone(starts, committed), *_pairs(compared), ""]
    if pages:
        parts += ["## The report", "", *report_rows(pages, rivals), ""]
    if unsound:
        parts += ["## Left out", "", *(f"- {_unsound(measured)}" for measured in unsound), ""]
    return "\n".join(parts)


def reached(aims: Sequence[Aim]) -> Iterator[str]:
    """Give the table of promises."""
    yield "| what | promised | measured | |"
    yield "| --- | --- | --- | --- |"
    for aim in aims:
        yield f"| {aim.what} | {aim.wanted} | {aim.measured} | {_VERDICTS[aim.is_reached]} |"


def rows(table: Table, work: Work) -> Iterator[str]:
    """Give the table of one work, revgate first."""
    yield f"| {_COLUMNS} |"
    yield "| --- |" + " ---: |" * _COLUMNS.count("|")
    for name in (OURS, *LIMITS, *RIVALS):
        if table.of(work, name):
            yield "| " + " | ".join(_row(table, work, name)) + " |"


def _row(table: Table, work: Work, name: str) -> list[str]:
    def median(figure: Figure) -> float | None:
        return table.median(work, name, figure)

    is_ours = name == OURS
    measured = table.of(work, name)
    return [
        name,
        str(len(measured)),
        count(median(readings.whole_speed)),
        "" if is_ours else times(table.ratio(work, OURS, name, readings.whole_speed)),
        count(median(readings.phase_speed)),
        "" if is_ours else times(table.ratio(work, OURS, name, readings.phase_speed)),
        scaled(median(readings.cpu_per_call_s), 1e6, "µs", 0),
        scaled(median(readings.together_bytes), 1e-6, "MB", 0),
        scaled(median(readings.peak_bytes), 1e-6, "MB", 0),
        scaled(median(readings.p50_s), 1e3, "ms", 2) or "not shown",
        scaled(median(readings.p99_s), 1e3, "ms", 2) or "not shown",
        scaled(median_of(m.served_p99_s for m in measured), 1e3, "ms", 0),
        f"{median_of(m.load for m in measured) or 0:.1f}",
    ]


def _alone(starts: Sequence[StartUp], committed: Sequence[Commits]) -> Iterator[str]:
    if starts:
        cpu, wall = median_of(s.cpu_s for s in starts), median_of(s.wall_s for s in starts)
        yield (
            f"- `revgate --version`, {len(starts)} times: {scaled(cpu, 1e3, 'ms', 0)} CPU, "
            f"{scaled(wall, 1e3, 'ms', 0)} from start to end."
        )
    if committed:
        yield (
            f"- Commits at {count(median_of(c.calls_per_s for c in committed))} calls/s, "
            f"{len(committed)} runs of {committed[0].calls:,} calls: "
            f"{count(median_of(c.calls / c.commits for c in committed))} calls a commit, "
            f"{median_of(c.commit_s / c.phase_s for c in committed) or 0:.1%} of the request phase "
            "waiting in them; all statements of the writing thread took "
            f"{median_of(c.writer_cpu_s / c.phase_s for c in committed) or 0:.1%} of one core."
        )


def _pairs(compared: Sequence[Pairs]) -> Iterator[str]:
    if compared:
        taken_in = median_of(run.taking_in_cpu_s / run.pairs for run in compared)
        deciding = median_of(run.deciding_cpu_s for run in compared)
        peak = median_of(run.peak_bytes for run in compared)
        yield (
            f"- {compared[0].pairs:,} made-up pairs of records, {len(compared)} times: "
            f"{scaled(taken_in, 1e6, 'µs', 0)} CPU a pair to make up, pair and compare; from the "
            f"last of them to the verdict {scaled(deciding, 1, 's', 1)} "
            f"CPU; peak memory {scaled(peak, 1e-6, 'MB', 0)}."
        )


def _unsound(measured: Measurement) -> str:
    return (
        f"{measured.contender}, {measured.work.name}, round {measured.round + 1}: exit "
        f"{measured.exit_code}, {measured.served:,} calls served"
    )
