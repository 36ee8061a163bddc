"""The sequence that may be looked at at any time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats import ConfidenceSequence, cases_to_settle

CASES = 5000


def deltas(rng, worse, better, n=CASES):
    drawn = rng.random(n)
    return np.where(drawn < worse, -1.0, np.where(drawn < worse + better, 1.0, 0.0))


def decisions(worse, better, runs, seed=30):
    rng = np.random.default_rng(seed)
    return [ConfidenceSequence(0.02).update(deltas(rng, worse, better)) for _ in range(runs)]


# Truth in the words of the published table: rates of pass to fail, of fail to pass.
PUBLISHED = [
    (0.21, 0.01, "fail", 0.995, 48),
    (0.06, 0.01, "fail", 0.995, 573),
    (0.005, 0.005, "pass", 0.995, 320),
    (0.02, 0.02, "pass", 0.96, 960),
]


@pytest.mark.parametrize(("worse", "better", "outcome", "share", "median"), PUBLISHED)
def test_the_published_table_of_cases_used_is_reproduced(worse, better, outcome, share, median):
    made = decisions(worse, better, 200)
    assert np.mean([d.outcome == outcome for d in made]) >= share
    used = np.median([d.decided_at or CASES for d in made])
    assert used == pytest.approx(median, rel=0.15)


def check_the_margin(runs):
    made = decisions(0.03, 0.01, runs)
    bound = 0.025 + 3 * math.sqrt(0.025 * 0.975 / runs)
    assert np.mean([d.outcome == "pass" for d in made]) <= bound
    assert np.mean([d.outcome == "fail" for d in made]) <= bound
    covered = [d.interval.low <= -0.02 <= d.interval.high for d in made]
    assert np.mean(covered) >= 1 - 2 * bound


def test_right_at_the_margin_either_outcome_is_rare_however_often_one_looks():
    check_the_margin(200)


@pytest.mark.slow
def test_right_at_the_margin_either_outcome_is_rare_over_many_runs():
    check_the_margin(3000)


def test_equal_sides_never_or_hardly_ever_fail():
    assert sum(d.outcome == "fail" for d in decisions(0.05, 0.05, 100)) <= 2


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 100))
@settings(max_examples=25, deadline=None)
def test_how_cases_are_cut_into_batches_changes_neither_outcome_nor_when(sizes, seed):
    values = deltas(np.random.default_rng(seed), 0.25, 0.02, sum(sizes))
    at_once = ConfidenceSequence(0.02).update(values)
    in_batches = ConfidenceSequence(0.02)
    cuts = np.cumsum(sizes)[:-1]
    last = [in_batches.update(batch) for batch in np.split(values, cuts)][-1]
    assert (last.outcome, last.decided_at, last.n) == (
        at_once.outcome,
        at_once.decided_at,
        at_once.n,
    )
    assert (last.interval.low, last.interval.high) == pytest.approx(
        (at_once.interval.low, at_once.interval.high), abs=1e-7
    )


def test_the_interval_only_narrows_and_agrees_with_the_outcome():
    rng = np.random.default_rng(1)
    sequence = ConfidenceSequence(0.02)
    before = sequence.update([])
    assert (before.outcome, before.n, before.decided_at) == ("undecided", 0, None)
    assert (before.interval.low, before.interval.high) == (-1.0, 1.0)
    for _ in range(60):
        after = sequence.update(deltas(rng, 0.005, 0.005, 20))
        assert after.interval.low >= before.interval.low
        assert (after.outcome == "pass") == (after.interval.low >= -0.02)
        before = after
    assert before.outcome == "pass"


def test_a_decision_stays_whatever_comes_after():
    sequence = ConfidenceSequence(0.02)
    assert sequence.update([-1.0] * 50).outcome == "fail"
    later = sequence.update([1.0] * 500)
    assert later.outcome == "fail"
    assert later.decided_at < 50
    assert later.interval.low <= later.interval.estimate <= later.interval.high


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_one_or_two_cases_decide_nothing(value):
    sequence = ConfidenceSequence(0.02)
    assert sequence.update([value]).outcome == "undecided"
    found = sequence.update([value])
    assert found.outcome == "undecided"
    assert found.interval.low < found.interval.high


def test_graded_deltas_are_decided_too():
    graded = np.clip(np.random.default_rng(2).normal(-0.1, 0.1, 500), -1, 1)
    assert ConfidenceSequence(0.02).update(graded).outcome == "fail"


@pytest.mark.parametrize("margin", [-0.01, 1.0, math.nan])
def test_a_margin_that_is_no_drop_is_refused(margin):
    with pytest.raises(ValueError, match="margin is"):
        ConfidenceSequence(margin)


def test_a_share_at_the_limit_is_rarely_decided_either_way():
    rng = np.random.default_rng(4)
    made = []
    for _ in range(200):
        gone = (rng.random(2000) < 0.05) * -1.0
        made.append(ConfidenceSequence(0.05).update(gone).outcome)
    bound = 0.025 + 3 * math.sqrt(0.025 * 0.975 / 200)
    assert np.mean([outcome == "pass" for outcome in made]) <= bound
    assert np.mean([outcome == "fail" for outcome in made]) <= bound


def test_the_interval_of_a_fail_ends_below_the_margin():
    for worse in (0.05, 0.1, 0.3):
        found = ConfidenceSequence(0.02).update(deltas(np.random.default_rng(5), worse, 0.0))
        at = found.decided_at
        assert found.outcome == "fail"
        exact = ConfidenceSequence(0.02).update(deltas(np.random.default_rng(5), worse, 0.0)[:at])
        assert exact.interval.high < -0.02


@pytest.mark.parametrize(("margin", "delta"), [(0.02, 0.0), (0.02, -1.0), (0.2, 0.0), (0.0, -0.5)])
def test_the_fewest_cases_that_settle_are_where_the_sequence_decides(margin, delta):
    needed = cases_to_settle(margin, delta)
    at = ConfidenceSequence(margin).update(np.full(needed, delta))
    assert at.outcome == ("pass" if delta > -margin else "fail")
    assert at.decided_at == needed
    assert ConfidenceSequence(margin).update(np.full(needed - 1, delta)).outcome == "undecided"


def test_no_number_of_cases_settles_what_lies_on_the_margin():
    assert cases_to_settle(0.0) is None
