"""Holds the reports that were written against what revgate promises of them."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.kept import ReportPage
from benchmarks.medians import median_of
from benchmarks.must_reach import Aim

MANY, FEWER = 100_000, 10_000
"""Cases the promises are about."""
_PROMISES: tuple[tuple[int, str, Callable[[ReportPage], float], float, float, str], ...] = (
    (MANY, "usable after", lambda page: page.usable_s, 1.0, 1, "s"),
    (MANY, "slowest filter", lambda page: page.filter_s, 0.100, 1e3, "ms"),
    (MANY, "a case opened", lambda page: page.open_s, 0.050, 1e3, "ms"),
    (MANY, "JavaScript heap", lambda page: page.heap_bytes, 60e6, 1e-6, "MB"),
    (MANY, "written", lambda page: page.write_cpu_s, 30.0, 1, "s"),
    (MANY, "peak memory of the writer", lambda page: page.peak_bytes, 200e6, 1e-6, "MB"),
    (FEWER, "size", lambda page: page.all_bytes, 5e6, 1e-6, "MB"),
)


def page_aims(pages: Sequence[ReportPage]) -> Iterator[Aim]:
    """Give every promise, measured on the page that does worst: with some texts or with all."""
    for cases, what, figure, most, factor, unit in _PROMISES:
        medians = [
            median_of(figure(page) for page in pages if (page.cases, page.embed) == (cases, embed))
            for embed in dict.fromkeys(page.embed for page in pages if page.cases == cases)
        ]
        worst = max((median for median in medians if median is not None), default=None)
        shown = None if worst is None else worst * factor
        yield Aim(
            what=f"report of {cases:,} cases, two answers of 600 characters each: {what}",
            wanted=f"< {most * factor:g} {unit}{' CPU' if what == 'written' else ''}",
            measured="not measured" if shown is None else f"{shown:,.{_places(shown)}f} {unit}",
            is_reached=None if worst is None else worst < most,
        )


def _places(shown: float) -> int:
    return 0 if shown >= 20 else 2 if shown < 1 else 1
