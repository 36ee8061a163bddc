"""What is promised of the report, against what was measured."""

from typing import Any

import pytest

from benchmarks.must_reach_pages import page_aims
from tests.benchmarks.measured import report_page


def test_nothing_measured_reaches_nothing_and_fails_nothing() -> None:
    assert {aim.is_reached for aim in page_aims([report_page(4_000)])} == {None}


def test_small_and_fast_pages_reach_all() -> None:
    aims = list(page_aims([report_page(10_000), report_page(100_000)]))
    assert {aim.is_reached for aim in aims} == {True}
    assert [aim.measured for aim in aims][:2] == ["0.25 s", "37 ms"]


@pytest.mark.parametrize(
    ("cases", "figure"),
    [
        (100_000, {"usable_s": 1.1}),
        (100_000, {"filter_s": 0.101}),
        (100_000, {"open_s": 0.051}),
        (100_000, {"heap_bytes": 61e6}),
        (100_000, {"write_cpu_s": 31.0}),
        (100_000, {"peak_bytes": 201e6}),
        (10_000, {"all_bytes": 5.1e6}),
    ],
)
def test_the_page_that_does_worst_breaks_the_promise(cases: int, figure: dict[str, Any]) -> None:
    pages = [report_page(cases, embed="changed"), report_page(cases, embed="all", **figure)]
    missed = [aim for aim in page_aims(pages) if aim.is_reached is False]
    assert len(missed) == 1
    assert f"{cases:,} cases" in missed[0].what
