"""The cases of each tag by themselves."""

import random

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


def slower_in_bad(case: int, target: int, _repeat: int) -> float:
    """Cases of the first hundred take twice as long on the candidate."""
    once = 0.1 * random.Random(case).lognormvariate(0, 0.2)
    return once * (2.0 if target and case < 100 else 1.0)


def test_a_slice_that_became_slower_is_told_apart_from_one_that_did_not() -> None:
    (comparison,) = surveyed(
        counts(220), tags=lambda c: ("bad",) if c < 100 else ("good",), latency=slower_in_bad
    ).comparisons
    found = {s.tag: s for s in comparison.slices}
    for tag, timed, ratio in (("bad", 100, 2.0), ("good", 120, 1.0)):
        part = found[tag]
        assert part.timed == timed
        assert part.latency_shift is not None
        assert part.latency_p95 is not None
        assert [part.latency_shift.low, part.latency_shift.high] == pytest.approx([ratio, ratio])
        assert part.latency_p95.value == pytest.approx(ratio)
        assert part.latency_p95.low < ratio < part.latency_p95.high


def test_a_small_slice_has_no_tail_and_a_tiny_one_no_ratio() -> None:
    (comparison,) = surveyed(
        counts(60), tags=lambda c: ("tiny",) if c < 5 else ("small",), latency=slower_in_bad
    ).comparisons
    found = {s.tag: s for s in comparison.slices}
    assert (found["tiny"].timed, found["tiny"].latency_shift) == (5, None)
    assert found["small"].timed == 55
    assert found["small"].latency_shift is not None
    assert found["small"].latency_p95 is None


def test_repeats_of_a_case_are_one_time_and_what_was_not_answered_is_none() -> None:
    rows: list[Row] = [("PP", "PP")] * 8 + [("PP", "xx")] * 4
    (comparison,) = surveyed(
        rows, tags=lambda _c: ("t",), latency=lambda c, t, r: 1.0 + c + (r + 1) * t
    ).comparisons
    (part,) = comparison.slices
    assert part.timed == 8
    # Case c took 1 + c before, and the mean of 2 + c and 3 + c after.
    assert part.latency_shift is not None
    middle = [(2.5 + case) / (1.0 + case) for case in (3, 4)]
    assert min(middle) < part.latency_shift.value < max(middle)
