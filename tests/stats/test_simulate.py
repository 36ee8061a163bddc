"""Whole runs from plan to verdict, many times over: the short form of the long simulation."""

import re
from math import sqrt
from pathlib import Path

import pytest

from harness.registry import Registry
from tests.stats.simulate import (
    TRUTHS,
    Truth,
    coverage,
    exact,
    most,
    put,
    simulated,
    table_of_intervals,
    table_of_suites,
    world,
)

CASES = 300
AT_THE_MARGIN = 0.032
"""The chance that a suite of 300 cases fails exactly at the margin, reckoned below."""
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
    assert sum(runs_in(row) for row in found) >= 1_000
    for row in found:
        name, asked, _, passed, failed, *_ = row
        drop = round(next(truth.drop for truth in TRUTHS if truth.name == name), 6)
        if drop <= 0.02:
            # The score interval is approximate, and fails a little more often at the margin.
            nominal = AT_THE_MARGIN if drop == 0.02 and "early" not in asked else 0.025
            assert rate_of(failed) <= most(nominal, runs_in(row)), name
        if drop >= 0.02:
            assert rate_of(passed) <= most(0.025, runs_in(row)), name
        if drop >= 0.2:
            assert rate_of(failed) == 1.0


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.name)
def test_the_published_suites_come_out_as_reckoned(truth: Truth) -> None:
    (row,) = (row for row in rows("suites") if row[:2] == [truth.name, f"{CASES}"])
    chances = exact(truth, CASES)
    assert sum(chances.values()) == pytest.approx(1, abs=1e-4)
    for outcome, cell in zip(("pass", "fail", "inconclusive"), row[3:6], strict=True):
        chance, error = (
            chances[outcome],
            3 * sqrt(chances[outcome] * (1 - chances[outcome]) / runs_in(row)),
        )
        assert abs(rate_of(cell) - chance) <= error + 0.0006, outcome


def test_what_the_interval_errs_at_the_margin_is_published() -> None:
    chances = exact(MARGIN, CASES)
    assert chances["fail"] == pytest.approx(AT_THE_MARGIN, abs=5e-4)
    told = f"passes {chances['pass'] * 100:.1f} % and fails {chances['fail'] * 100:.1f} % of"
    for page in (PAGE, PAGE.with_name("verdict.md")):
        assert told in page.read_text().replace("\n", " "), page.name


def runs_in(row: list[str]) -> int:
    return int(row[2].replace(",", ""))


def test_the_published_intervals_hold_the_truth_often_enough() -> None:
    found = rows("intervals")
    assert [int(row[0]) for row in found] == [n for n in (10, 20, 50, 200, 1000) for _ in range(4)]
    for row in found:
        singles, *others = map(float, row[2:])
        assert singles >= 0.94, row
        # A hundred samples: 0.94 less three standard errors.
        assert min(others) >= 0.94 - 3 * (0.06 * 0.94 / 100) ** 0.5, row


def test_the_tables_can_be_made_and_put_in_their_place(tmp_path: Path) -> None:
    assert table_of_suites(1).count("\n") == 1 + 2 * len(TRUTHS)
    assert table_of_intervals(2).count("\n") == 1 + 20
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- suites -->\nold\n<!-- end of suites -->\nafter\n")
    put(page, "suites", "| new |")
    assert page.read_text() == (
        "before\n<!-- suites -->\n\n| new |\n\n<!-- end of suites -->\nafter\n"
    )
    with pytest.raises(SystemExit, match="no place for the table of intervals"):
        put(page, "intervals", "| new |")
