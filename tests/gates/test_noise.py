"""The noise floor: what gates say of a side compared with itself."""

from random import Random
from typing import Any

import pytest

from harness import stats
from harness.data.suite import Gate
from harness.gates.noise import Noise, noise_of, noise_words, relabelled
from harness.gates.results import Evidence
from tests.gates.world import Row, counts, suite, surveyed

DROP = Gate(metric="pass_rate", max_drop=0.02)


def measured(rows: list[Row], *gates: Gate, **more: Any) -> Noise:
    survey = surveyed(rows, **more)
    evidence = Evidence(
        suite=suite(gates=gates),
        gates=gates,
        comparisons=survey.comparisons,
        tallies=survey.tallies,
        counts=survey.counts,
    )
    return noise_of(evidence, 200)


def test_answers_that_never_differ_raise_no_alarm() -> None:
    found = measured(counts(300, 0, 0, 0), DROP, Gate(metric="regressions", max=0))
    assert (found.alarms, found.low, found.cases) == (0, 0.0, 300)
    assert 0 < found.high < 0.02


def test_of_cases_in_clusters_no_visible_drop_is_told() -> None:
    rows = counts(280, 5, 5, 10)
    assert measured(rows, DROP).visible_drop is not None
    assert measured(rows, DROP, cluster=lambda case: f"k{case // 2}").visible_drop is None


def test_a_gate_that_counts_flips_alarms_where_answers_waver() -> None:
    rows = counts(280, 5, 5, 10)
    assert measured(rows, Gate(metric="regressions", max=0)).alarms > 190
    inferred = measured(rows, DROP)
    assert inferred.alarms <= 200 * 0.025 + 3 * (200 * 0.025) ** 0.5
    assert measured(rows, Gate(metric="regressions", max=0, level="warn")).alarms == 0


def test_one_sided_luck_is_dealt_to_both_sides() -> None:
    assert measured(counts(200, 40, 0, 0), DROP).alarms < 40


def test_whole_cases_change_sides_and_nothing_is_lost() -> None:
    rows = [("P", "F"), ("F", "P"), ("P", "x"), ("P", "P")] * 25
    survey = surveyed(rows, latency=lambda case, target, _: 1.0 + case + 100 * target)
    table = survey.comparisons[0].table
    dealt = relabelled(table, Random(1))
    changed = 0
    for row in range(len(table)):
        was = (table.before_pass[row], table.before_missing[row], table.before_faults[row])
        now = (dealt.before_pass[row], dealt.before_missing[row], dealt.before_faults[row])
        other = (table.after_pass[row], table.after_missing[row], table.after_faults[row])
        assert str(now) in {str(was), str(other)}
        changed += str(now) != str(was)
    assert 20 < changed < 60
    for before, after, row in zip(
        dealt.before_latency_s, dealt.after_latency_s, dealt.latency_rows, strict=True
    ):
        assert {before, after} == {1.0 + row, 101.0 + row}


def test_the_visible_drop_shrinks_with_cases_and_is_seen_as_often_as_promised() -> None:
    small = measured(counts(200, 2, 2, 0), DROP).visible_drop
    large = measured(counts(2_000, 20, 20, 0), DROP).visible_drop
    assert small is not None
    assert large is not None
    assert 0.02 < large < small < 0.2
    assert measured(counts(200, 2, 2, 0), Gate(metric="regressions", max=0)).visible_drop is None


@pytest.mark.parametrize(("n", "noise"), [(200, 0), (500, 10), (1_500, 40)])
def test_a_visible_drop_fails_in_four_of_five_samples(n: int, noise: int) -> None:
    import numpy as np

    drop = stats.visible_drop(noise, noise, n, 0.02)
    assert drop is not None
    rng, share = np.random.default_rng(7), noise / n
    seen = 0
    for worse, better, _ in rng.multinomial(n, [share + drop, share, 1 - 2 * share - drop], 600):
        seen += stats.paired_proportion(int(worse), int(better), n).high < -0.02
    assert 0.74 <= seen / 600 <= 0.88


def test_no_drop_is_seen_by_a_handful_of_cases() -> None:
    assert stats.visible_drop(1, 1, 3, 0.02) is None


def test_the_words_say_rate_interval_and_drop() -> None:
    noise = Noise(alarms=2, relabellings=400, low=0.0006, high=0.018, cases=300, visible_drop=0.051)
    assert noise_words(noise) == (
        "noise floor: the baseline compared with itself over 300 cases fails in 0.5 % of 400 "
        "relabellings, between 0.1 % and 1.8 %; a drop of 5.1 points is seen in 4 of 5 runs"
    )
