"""The sequence where cases come in clusters."""

import math

import numpy as np
import pytest

from harness.stats import ConfidenceSequence, cases_to_settle, clusters_settle, paired_mean

CLUSTERS = 800
LARGEST = {"alike": 5, "partly": 5, "unlike sizes": 20, "large ones worse": 10, "small worse": 10}
"""By how cases of a cluster go together: the most cases of one."""


def drawn(rng, kind, worse, better, clusters=CLUSTERS):
    """Give (totals, sizes) of clusters whose cases change by better - worse on average."""
    sizes = np.full(clusters, 5)
    chance = rng.random(clusters)
    if kind == "partly":
        lost = rng.binomial(5, rng.beta(worse * 2, (1 - worse) * 2, clusters))
        gained = rng.binomial(5 - lost, np.full(clusters, better / (1 - worse)))
        return gained - lost, sizes
    scale = np.ones(clusters)
    if kind == "unlike sizes":
        sizes = rng.choice([1, 2, 5, 10, 20], clusters)
    elif kind in {"large ones worse", "small worse"}:
        sizes = rng.choice([1, 10], clusters)
        changing = 10 if kind == "large ones worse" else 1
        scale = np.where(sizes == changing, 11 / changing, 0.0)
    lost, gained = chance < worse * scale, chance >= 1 - better * scale
    return sizes * (gained * 1.0 - lost), sizes


def decided(totals, sizes, largest):
    labels = np.arange(len(sizes)).repeat(sizes)
    deltas = (totals / sizes).repeat(sizes)
    return ConfidenceSequence(0.02, largest=largest).update(deltas, labels.tolist())


def outcomes(kind, worse, better, runs, seed=11):
    rng = np.random.default_rng(seed)
    return [decided(*drawn(rng, kind, worse, better), LARGEST[kind]) for _ in range(runs)]


def check_the_margin(kind, runs):
    made = outcomes(kind, 0.03, 0.01, runs)
    bound = 0.025 + 3 * math.sqrt(0.025 * 0.975 / runs)
    assert np.mean([d.outcome == "pass" for d in made]) <= bound
    assert np.mean([d.outcome == "fail" for d in made]) <= bound
    assert np.mean([d.interval.low <= -0.02 <= d.interval.high for d in made]) >= 1 - 2 * bound


@pytest.mark.parametrize("kind", LARGEST)
def test_at_the_margin_either_outcome_is_rare_however_often_one_looks(kind):
    check_the_margin(kind, 150)


@pytest.mark.slow
@pytest.mark.parametrize("kind", LARGEST)
def test_at_the_margin_either_outcome_is_rare_over_many_runs(kind):
    check_the_margin(kind, 2000)


def test_cases_of_one_cluster_taken_for_themselves_would_stop_wrongly_far_too_often():
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(100):
        totals, sizes = drawn(rng, "alike", 0.03, 0.01)
        cases = (totals / sizes).repeat(sizes)
        wrong += ConfidenceSequence(0.02).update(cases).outcome != "undecided"
    assert wrong > 50


@pytest.mark.parametrize(
    ("kind", "worse", "better", "outcome", "share"),
    [
        ("alike", 0.21, 0.01, "fail", 1.0),
        ("unlike sizes", 0.21, 0.01, "fail", 1.0),
        ("large ones worse", 0.21, 0.01, "fail", 1.0),
        ("partly", 0.06, 0.01, "fail", 0.9),
        ("alike", 0.005, 0.005, "pass", 0.9),
        ("partly", 0.02, 0.02, "pass", 0.8),
    ],
)
def test_what_is_clear_is_decided(kind, worse, better, outcome, share):
    made = outcomes(kind, worse, better, 100)
    assert np.mean([d.outcome == outcome for d in made]) >= share


@pytest.mark.parametrize("kind", LARGEST)
def test_what_was_decided_early_is_hardly_ever_contradicted_by_all_the_cases(kind):
    rng = np.random.default_rng(12)
    against = 0
    for worse, better in ((0.03, 0.01), (0.05, 0.01), (0.01, 0.01)):
        for seed in range(20):
            totals, sizes = drawn(rng, kind, worse, better, 400)
            early = decided(totals, sizes, LARGEST[kind])
            labels = np.arange(400).repeat(sizes).tolist()
            last = paired_mean((totals / sizes).repeat(sizes), 0.95, seed, labels)
            against += early.outcome == "pass" and last.high < -0.02
            against += early.outcome == "fail" and last.low >= -0.02
            assert early.interval.estimate == pytest.approx(last.estimate, abs=1e-12)
    assert against <= 1


def test_clusters_of_one_case_are_cases():
    deltas = np.random.default_rng(3).choice([-1.0, 0.0, 1.0], 300, p=[0.2, 0.7, 0.1])
    plain = ConfidenceSequence(0.02).update(deltas)
    alone = ConfidenceSequence(0.02).update(deltas, [*range(300)])
    assert (alone.outcome, alone.decided_at, alone.n) == (plain.outcome, plain.decided_at, plain.n)
    assert (alone.interval.low, alone.interval.high) == (plain.interval.low, plain.interval.high)
    assert alone.interval.method == "betting sequence, clustered"


def test_a_larger_cluster_that_may_still_come_makes_every_other_one_count_less():
    deltas, labels = np.zeros(1_500), np.arange(300).repeat(5).tolist()
    bounds = [
        ConfidenceSequence(0.02, largest=largest).update(deltas, labels).interval.low
        for largest in (5, 10, 50)
    ]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] >= -0.02 > bounds[1]


def test_clusters_come_in_batches_too():
    rng = np.random.default_rng(4)
    totals, sizes = drawn(rng, "unlike sizes", 0.2, 0.0, 200)
    at_once = decided(totals, sizes, 20)
    watched = ConfidenceSequence(0.02, largest=20)
    found = None
    for number, (total, size) in enumerate(zip(totals, sizes, strict=True)):
        found = watched.update(np.full(size, total / size), [number] * size)
    assert found is not None
    assert (found.outcome, found.decided_at) == (at_once.outcome, at_once.decided_at)


def test_a_cluster_that_is_too_large_or_came_before_is_refused():
    watched = ConfidenceSequence(0.02, largest=2)
    with pytest.raises(ValueError, match="cluster 'b' has 3 cases, largest is 2"):
        watched.update([0.0] * 4, ["a", "b", "b", "b"])
    assert watched.update([0.0, 0.0], ["a", "a"]).n == 1
    with pytest.raises(ValueError, match="cluster 'a' came before"):
        watched.update([0.0], ["a"])
    with pytest.raises(ValueError, match="largest is 0"):
        ConfidenceSequence(0.02, largest=0)


def test_as_many_clusters_of_one_size_settle_as_cases():
    needed = cases_to_settle(0.02)
    assert clusters_settle([7] * needed, 0.02)
    assert not clusters_settle([7] * (needed - 1), 0.02)
    assert not clusters_settle([], 0.02)
    failing = cases_to_settle(0.02, -1.0)
    assert clusters_settle([3] * failing, 0.02, -1.0)
    assert not clusters_settle([3] * (failing - 1), 0.02, -1.0)


@pytest.mark.parametrize("sizes", [[1] * 700 + [2], [5] * 400 + [10] * 60, [1, 2, 5, 10] * 150])
def test_whether_clusters_settle_is_what_a_sequence_comes_to_in_any_order(sizes):
    rng = np.random.default_rng(5)
    for margin in (0.01, 0.015, 0.02, 0.04):
        told = clusters_settle(sizes, margin)
        for _ in range(3):
            shuffled = rng.permutation(sizes)
            found = decided(np.zeros(len(sizes)), shuffled, max(sizes))
            limit = ConfidenceSequence(margin, largest=max(sizes)).update(
                np.zeros(sum(sizes)), np.arange(len(sizes)).repeat(shuffled).tolist()
            )
            assert (limit.outcome == "pass") == told
            assert found.interval.estimate == 0.0


def test_sizes_below_zero_are_refused():
    with pytest.raises(ValueError, match=r"sizes\[1\] is -1"):
        clusters_settle([1, -1], 0.02)
