"""Whole runs from plan to verdict, many times over: the short form of the long simulation."""

import re
from pathlib import Path

import pytest

from harness.registry import Registry
from tests.stats.simulate import (
    TRUTHS,
    Truth,
    coverage,
    most,
    put,
    simulated,
    table_of_intervals,
    table_of_suites,
    world,
)

CASES = 300
PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"
SAME, DIFFERENT, MARGIN, FIVE, TWENTY = TRUTHS


@pytest.fixture(scope="module")
def registry() -> Registry:
    return world()


@pytest.mark.parametrize(("truth", "suites"), [(SAME, 15), (DIFFERENT, 15), (MARGIN, 15)])
def test_what_is_within_the_margin_hardly_ever_fails(
    registry: Registry, truth: Truth, suites: int
) -> None:
    rates = simulated(truth, suites, CASES, 1, registry=registry)
    assert rates.rate("fail") <= most(0.025, suites)
    assert rates.rate("invalid") == 0
    if truth is MARGIN:
        assert rates.rate("pass") <= most(0.025, suites)


def test_what_is_worse_never_passes_and_20_points_always_fail(registry: Registry) -> None:
    assert simulated(FIVE, 10, CASES, 1, registry=registry).rate("pass") == 0
    assert simulated(TWENTY, 5, CASES, 1, registry=registry).rate("fail") == 1
    early = simulated(TWENTY, 5, 1_000, 1, "early", registry)
    assert early.rate("fail") == 1
    assert max(early.asked) < 2 * 250


@pytest.mark.parametrize(("n", "rate"), [(20, 0.01), (50, 0.1), (200, 0.5)])
def test_the_interval_of_a_difference_holds_the_truth(n: int, rate: float) -> None:
    runs = 400
    assert coverage(n, rate, 1, 1, runs, 1) >= 1 - most(0.06, runs)
    assert coverage(n, rate, 5, 5, 40, 1) >= 1 - most(0.06, 40)


def rows(name: str) -> list[list[str]]:
    """Give the rows of a table of the page."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", PAGE.read_text(), re.DOTALL)
    assert found is not None
    lines = found[1].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rate_of(cell: str) -> float:
    return float(cell.removesuffix(" %")) / 100


def test_the_published_suites_keep_within_the_bounds() -> None:
    found = rows("suites")
    assert [row[0] for row in found] == [truth.name for truth in TRUTHS] * 2
    assert sum(int(row[2]) for row in found) >= 1_000
    for name, _, runs, passed, failed, *_ in found:
        bound = most(0.025, int(runs))
        drop = next(truth.drop for truth in TRUTHS if truth.name == name)
        if drop <= 0.02:
            assert rate_of(failed) <= bound, name
        if drop >= 0.02:
            assert rate_of(passed) <= bound, name
        if drop >= 0.2:
            assert rate_of(failed) == 1.0


def test_the_published_intervals_hold_the_truth_often_enough() -> None:
    found = rows("intervals")
    assert [int(row[0]) for row in found] == [n for n in (10, 20, 50, 200, 1000) for _ in range(4)]
    for row in found:
        singles, *others = map(float, row[2:])
        assert singles >= 0.94, row
        # A hundred samples: 0.94 less three standard errors.
        assert min(others) >= 0.94 - 3 * (0.06 * 0.94 / 100) ** 0.5, row


def test_the_tables_can_be_made_and_put_in_their_place(tmp_path: Path) -> None:
    assert table_of_suites(0).count("\n") == 1 + 2 * len(TRUTHS)
    assert table_of_intervals(2).count("\n") == 1 + 20
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- suites -->\nold\n<!-- end of suites -->\nafter\n")
    put(page, "suites", "| new |")
    assert page.read_text() == (
        "before\n<!-- suites -->\n\n| new |\n\n<!-- end of suites -->\nafter\n"
    )
    with pytest.raises(SystemExit, match="no place for the table of intervals"):
        put(page, "intervals", "| new |")
