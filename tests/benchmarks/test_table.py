"""Looking measurements up."""

import pytest

from benchmarks.readings import cpu_per_call_s, p50_s, phase_speed, whole_speed
from benchmarks.table import table_of
from tests.benchmarks.measured import CALLS, MANY, measured


def test_a_contender_that_failed_or_did_other_work_is_left_out() -> None:
    table = table_of(
        [
            measured("revgate"),
            measured("revgate", number=1, exit_code=3),
            measured("revgate", number=2, served=3_999),
        ]
    )
    assert [there.round for there in table.of(CALLS, "revgate")] == [0]


def test_the_last_measurement_of_a_round_counts() -> None:
    table = table_of([measured("revgate", wall_s=8.0), measured("revgate", wall_s=4.0)])
    assert table.median(CALLS, "revgate", whole_speed) == 1_000


def test_speeds_are_calls_by_time() -> None:
    one = measured("revgate", wall_s=8.0, phase_s=2.0)
    assert whole_speed(one) == 500
    assert phase_speed(one) == 2_000
    assert cpu_per_call_s(one) == pytest.approx(0.00025)


def test_a_ratio_is_taken_within_rounds_and_means_how_many_times_faster() -> None:
    table = table_of(
        [
            measured("revgate", wall_s=1.0),
            measured("bare requests", wall_s=3.0),
            measured("revgate", number=1, wall_s=10.0),
            measured("bare requests", number=1, wall_s=30.0),
        ]
    )
    ratio = table.ratio(CALLS, "revgate", "bare requests", whole_speed)
    assert ratio == pytest.approx(3.0)
    assert table.ratio(MANY, "revgate", "bare requests", whole_speed) is None


def test_who_shows_no_latency_has_none() -> None:
    assert table_of([measured("lm-eval")]).median(CALLS, "lm-eval", p50_s) is None
