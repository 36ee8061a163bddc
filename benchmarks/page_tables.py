"""Writes what the report costs, alone and beside another program's page of the same cases."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.figures import scaled, times
from benchmarks.kept import ReportPage, RivalPage
from benchmarks.medians import median_of

_ALONE = (
    "cases | texts of | runs | file | written, CPU | peak memory | before | usable after "
    "| slowest filter | open a case | heap"
)
_BESIDE = (
    "cases | page of | texts of | runs | file | ours / theirs | written, CPU | ours / theirs "
    "| peak memory | ours / theirs | before | usable after"
)
_FIGURES: tuple[tuple[Callable[[ReportPage], float], Callable[[RivalPage], float]], ...] = (
    (lambda ours: ours.all_bytes, lambda theirs: theirs.page_bytes),
    (lambda ours: ours.write_cpu_s, lambda theirs: theirs.write_cpu_s),
    (lambda ours: ours.peak_bytes, lambda theirs: theirs.peak_bytes),
)


def report_rows(pages: Sequence[ReportPage], rivals: Sequence[RivalPage] = ()) -> Iterator[str]:
    """Give the tables of reports with many cases: medians over the runs."""
    yield (
        "Two answers of 600 characters a case, of which 40 in 100 differ; written by a process of "
        "its own, opened in headless Chromium. Cases are made up while they are written: that time "
        "is left out."
    )
    yield ""
    yield from _head(_ALONE)
    for cases, embed in _kinds(pages):
        same = _of(pages, cases, embed)
        cells = [
            f"{cases:,}",
            embed,
            str(len(same)),
            *_costs(same),
            scaled(median_of(one.before_bytes for one in same), 1e-6, "MB", 0),
            scaled(median_of(one.usable_s for one in same), 1, "s", 2),
            scaled(median_of(one.filter_s for one in same), 1e3, "ms", 0),
            scaled(median_of(one.open_s for one in same), 1e3, "ms", 0),
            scaled(median_of(one.heap_bytes for one in same), 1e-6, "MB", 1),
        ]
        yield f"| {' | '.join(cells)} |"
    if rivals:
        yield ""
        yield from _beside(pages, rivals)


def _beside(pages: Sequence[ReportPage], rivals: Sequence[RivalPage]) -> Iterator[str]:
    yield (
        "Beside it, promptfoo's own HTML (`promptfoo export eval latest -o out.html`) of the same "
        "cases and the same two answers each, which it had evaluated and stored before. What "
        "starting it takes is left out of its processor time and told as memory before. Its page "
        "is usable when it has loaded, ours when its list has rows. Ratios are of the pages that "
        "hold all texts."
    )
    yield ""
    yield from _head(_BESIDE)
    for cases in dict.fromkeys(rival.cases for rival in rivals):
        for embed in [embed for size, embed in _kinds(pages) if size == cases]:
            same = _of(pages, cases, embed)
            file, cpu, peak = _costs(same)
            before = scaled(median_of(one.before_bytes for one in same), 1e-6, "MB", 0)
            usable = scaled(median_of(one.usable_s for one in same), 1, "s", 2)
            cells = [f"{cases:,}", "revgate", embed, str(len(same))]
            cells += [file, "", cpu, "", peak, "", before, usable]
            yield f"| {' | '.join(cells)} |"
        for rival in (one for one in rivals if one.cases == cases):
            yield f"| {' | '.join(_rival(rival, _of(pages, cases, 'all')))} |"


def _rival(rival: RivalPage, ours: Sequence[ReportPage]) -> list[str]:
    cells = [f"{rival.cases:,}", rival.program, "all", "1"]
    if rival.exit_code or not rival.page_bytes:
        return [*cells, f"no page: exit {rival.exit_code}", *[""] * (_BESIDE.count("|") - 4)]
    ratios = [
        times(None if middle is None or not other(rival) else middle / other(rival))
        for middle, (_, other) in zip(
            (median_of(map(own, ours)) for own, _ in _FIGURES), _FIGURES, strict=True
        )
    ]
    return [
        *cells,
        scaled(rival.page_bytes, 1e-6, "MB", 1),
        ratios[0],
        scaled(rival.write_cpu_s, 1, "s", 1),
        ratios[1],
        scaled(rival.peak_bytes, 1e-6, "MB", 0),
        ratios[2],
        scaled(rival.before_bytes, 1e-6, "MB", 0),
        scaled(rival.usable_s, 1, "s", 2) or "the browser gave up",
    ]


def _kinds(pages: Sequence[ReportPage]) -> list[tuple[int, str]]:
    return list(dict.fromkeys((one.cases, one.embed) for one in pages))


def _of(pages: Sequence[ReportPage], cases: int, embed: str) -> list[ReportPage]:
    return [one for one in pages if (one.cases, one.embed) == (cases, embed)]


def _costs(same: Sequence[ReportPage]) -> tuple[str, str, str]:
    return (
        scaled(median_of(one.all_bytes for one in same), 1e-6, "MB", 1),
        scaled(median_of(one.write_cpu_s for one in same), 1, "s", 1),
        scaled(median_of(one.peak_bytes for one in same), 1e-6, "MB", 0),
    )


def _head(columns: str) -> Iterator[str]:
    yield f"| {columns} |"
    yield "|" + " ---: |" * (columns.count("|") + 1)
