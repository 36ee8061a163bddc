"""Whether the order of calls left a mark on latencies, in both directions."""

import random

import pytest

from harness.api import PairTable
from harness.data.noun import replace
from harness_reports.run_order import drifts, first_over_second
from tests.reports import dossiers
from tests.reports.upgrade_dossiers import drifting

EMPTY = dossiers.all_pass().comparisons[0].table


def steady(pairs: int) -> PairTable:
    chance = random.Random(8)
    return replace(
        EMPTY,
        before_latency_s=[chance.lognormvariate(-3, 0.2) for _ in range(pairs)],
        after_latency_s=[chance.lognormvariate(-3, 0.2) for _ in range(pairs)],
        first_was_baseline=[place % 2 == 0 for place in range(pairs)],
        latency_rows=[],
        places=[],
    )


def test_the_first_of_a_pair_is_measured_against_the_second() -> None:
    ratio = first_over_second(drifting(EMPTY))
    assert ratio == pytest.approx(1.5, rel=0.1)
    assert first_over_second(steady(400)) == pytest.approx(1.0, rel=0.05)


def test_one_side_always_first_says_nothing() -> None:
    table = replace(steady(60), first_was_baseline=[True] * 60)
    assert first_over_second(table) is None


def test_a_rise_over_the_run_is_seen_on_its_side_only() -> None:
    found = drifts(drifting(EMPTY))
    assert found is not None
    baseline, candidate = found
    assert candidate.last_s > 1.3 * candidate.first_s
    assert candidate.p_value < 1e-6
    assert baseline.p_value > 0.01


def test_the_order_is_that_of_asking() -> None:
    table = drifting(EMPTY)
    n = len(table.after_latency_s)
    backwards = replace(table, places=list(range(n))[::-1])
    found = drifts(backwards)
    assert found is not None
    assert found[1].last_s < found[1].first_s


def test_few_pairs_and_equal_times_show_no_drift() -> None:
    assert drifts(steady(29)) is None
    assert first_over_second(steady(29)) is None
    flat = replace(steady(60), after_latency_s=[0.1] * 60)
    found = drifts(flat)
    assert found is not None
    assert found[1].p_value == 1.0
