"""Latency of one side against the other."""

import random

import pytest

from harness import stats
from harness.data.noun import replace
from harness.pairs.speed import compare_speed, latencies_by_case
from tests.gates.world import Row, counts, surveyed


def jitter(case: int, target: int, repeat: int) -> float:
    return 0.1 * random.Random(case * 100 + target * 10 + repeat).lognormvariate(0, 0.2)


def test_too_few_cases_have_no_ratio() -> None:
    found = compare_speed(surveyed(counts(5), latency=jitter).comparisons[0].table)
    assert (found.shift, found.p50, found.p95, found.order_p) == (None, None, None, None)


def test_p95_needs_a_hundred_cases() -> None:
    for n, has_tail in ((99, False), (100, True)):
        (comparison,) = surveyed(counts(n), latency=jitter).comparisons
        assert comparison.latency_p50 is not None
        assert (comparison.latency_p95 is not None) is has_tail


def test_ratios_are_those_of_the_pairs() -> None:
    (comparison,) = surveyed(
        counts(200), latency=lambda c, t, _r: jitter(c, 0, 0) * (1.5 if t else 1)
    ).comparisons
    for found in (comparison.latency_shift, comparison.latency_p50, comparison.latency_p95):
        assert found is not None
        assert found.value == pytest.approx(1.5)
        assert found.low == pytest.approx(1.5)


def test_repeats_are_averaged_within_a_case() -> None:
    rows: list[Row] = [("PPP", "PPP")] * 4
    (comparison,) = surveyed(rows, latency=lambda c, t, r: 1.0 + c + t + r).comparisons
    before, after = latencies_by_case(comparison.table)
    assert list(before) == [2.0, 3.0, 4.0, 5.0]
    assert list(after) == [3.0, 4.0, 5.0, 6.0]
    assert list(latencies_by_case(comparison.table, [1, 3])[0]) == [3.0, 5.0]
    assert len(comparison.table.before_latency_s) == 12


def test_going_first_shows_where_it_matters_and_only_there() -> None:
    def warming(case: int, target: int, _repeat: int) -> float:
        is_first = (target + case) % 2 == 0
        return jitter(case, target, 0) * (3.0 if is_first else 1.0)

    (slowed,) = surveyed(counts(100), latency=warming).comparisons
    (even,) = surveyed(counts(100), latency=jitter).comparisons
    assert slowed.order_effect_p is not None
    assert even.order_effect_p is not None
    assert slowed.order_effect_p < 1e-6
    assert even.order_effect_p > 0.01


def test_a_slower_candidate_is_no_effect_of_the_order() -> None:
    (found,) = surveyed(
        counts(100), latency=lambda c, t, _r: jitter(c, t, 0) * (5 if t else 1)
    ).comparisons
    assert found.order_effect_p is not None
    assert found.order_effect_p > 0.5


def test_where_one_side_always_went_first_order_and_speed_cannot_be_told_apart() -> None:
    (found,) = surveyed(counts(50), latency=jitter).comparisons
    one_way = replace(found.table, first_was_baseline=[True] * 50)
    assert compare_speed(one_way).order_p is None


def test_a_table_without_rows_of_latency_has_a_case_a_pair() -> None:
    (found,) = surveyed(counts(50), latency=jitter).comparisons
    bare = replace(found.table, latency_rows=())
    assert compare_speed(bare) == compare_speed(found.table)
    assert stats.shift(*latencies_by_case(bare)).estimate > 0
