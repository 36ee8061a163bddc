"""The cases of each tag by themselves."""

import pytest

from harness import stats
from tests.gates.world import Row, counts, surveyed

ROWS: list[Row] = counts(20, 10) + counts(28, 1, 1) + counts(30)
THIRDS = (("bad", "all"), ("same", "all"), ("good", "all"))


def tags(case: int) -> tuple[str, ...]:
    return THIRDS[case // 30]


def test_a_slice_counts_its_own_cases_strongest_evidence_first() -> None:
    (comparison,) = surveyed(ROWS, tags=tags).comparisons
    found = {s.tag: s for s in comparison.slices}
    assert [s.tag for s in comparison.slices][:2] == ["bad", "all"]
    assert (found["bad"].n, found["bad"].regressed, found["bad"].fixed) == (30, 10, 0)
    assert (found["all"].n, found["all"].regressed, found["all"].fixed) == (90, 11, 1)
    assert found["bad"].before_rate == 1.0
    assert found["bad"].after_rate == pytest.approx(2 / 3)
    expected = stats.paired_proportion(10, 0, 30)
    assert found["bad"].difference is not None
    assert (found["bad"].difference.low, found["bad"].difference.high) == (
        expected.low,
        expected.high,
    )


def test_p_values_are_adjusted_over_all_slices_shown() -> None:
    (comparison,) = surveyed(ROWS, tags=tags).comparisons
    plain = {"bad": stats.mcnemar(10, 0), "all": stats.mcnemar(11, 1), "same": 1.0, "good": 1.0}
    adjusted = dict(zip(plain, stats.benjamini_hochberg(list(plain.values())), strict=True))
    assert {s.tag: s.p_value for s in comparison.slices} == pytest.approx(adjusted)


def test_unanswered_cases_are_in_no_slice_number() -> None:
    rows: list[Row] = [("P", "x"), ("P", "P")]
    (comparison,) = surveyed(
        rows, tags=lambda case: ("gone",) if case == 0 else ("here",)
    ).comparisons
    found = {s.tag: s for s in comparison.slices}
    assert (found["gone"].n, found["gone"].before_rate, found["gone"].difference) == (0, None, None)
    assert found["here"].n == 1


def test_clusters_are_the_unit_of_a_slice_too() -> None:
    rows = counts(40, 20)
    (comparison,) = surveyed(
        rows, tags=lambda _c: ("t",), cluster=lambda c: str(c // 20)
    ).comparisons
    difference = comparison.slices[0].difference
    assert difference is not None
    assert difference.method.endswith("clustered")
    # Twenty flips of one cluster are one: they may as well have gone the other way.
    assert comparison.slices[0].p_value == 1.0
    (alone,) = surveyed(rows, tags=lambda _c: ("t",)).comparisons
    assert alone.slices[0].p_value == pytest.approx(stats.mcnemar(20, 0))


def test_repeats_have_the_interval_of_a_mean() -> None:
    rows: list[Row] = [("PP", "PF"), ("PP", "PP")] * 10
    (comparison,) = surveyed(rows, tags=lambda _c: ("t",)).comparisons
    difference = comparison.slices[0].difference
    assert difference is not None
    assert difference.value == pytest.approx(-0.25)
    assert comparison.slices[0].regressed == 0
    # No majority flips, and still all ten changes go one way.
    assert comparison.slices[0].p_value == pytest.approx(2 / 2**10)


def test_no_tag_is_no_slice() -> None:
    assert surveyed(counts(5)).comparisons[0].slices == ()
