"""The interval of a mean paired difference."""

import math
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from harness.stats import paired_mean
from harness.stats.resampling import _cells, resampled_means


def repeated(rng, n, rate, repeats=5):
    """Deltas of cases whose pass rate, over the repeats of each side, is 1 - rate on both."""
    return (rng.binomial(repeats, 1 - rate, n) - rng.binomial(repeats, 1 - rate, n)) / repeats


def rarely_worse(rng, n, changed):
    """Graded deltas with mean -changed / 2."""
    return np.where(rng.random(n) < changed, -rng.random(n), 0.0)


def coverage(draw, truth, runs, seed=0):
    rng = np.random.default_rng(seed)
    found = [paired_mean(draw(rng), seed=run) for run in range(runs)]
    return np.mean([f.low <= truth <= f.high for f in found])


def allowed(nominal, runs):
    return nominal - 3 * math.sqrt(nominal * (1 - nominal) / runs)


@pytest.mark.parametrize("n", [10, 20, 50, 200])
@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1, 0.5])
def test_repeated_passes_are_covered(n, rate):
    assert coverage(lambda rng: repeated(rng, n, rate), 0.0, 80) >= allowed(0.94, 80)


@pytest.mark.parametrize("n", [20, 50, 200])
@pytest.mark.parametrize("changed", [0.03, 0.3])
def test_graded_scores_with_few_changes_are_covered(n, changed):
    found = coverage(lambda rng: rarely_worse(rng, n, changed), -changed / 2, 80)
    assert found >= allowed(0.94, 80)


def test_the_bootstrap_covers_at_thirty_cases():
    found = coverage(lambda rng: np.clip(rng.normal(0, 0.2, 30), -1, 1), 0.0, 500)
    assert found >= allowed(0.93, 500)


@pytest.mark.slow
@pytest.mark.parametrize("n", [10, 20, 50, 200, 1000])
@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1, 0.5])
def test_repeated_passes_are_covered_over_many_runs(n, rate):
    assert coverage(lambda rng: repeated(rng, n, rate), 0.0, 500) >= allowed(0.94, 500)


def clustered(rng, clusters, members=5):
    labels = np.repeat(np.arange(clusters), members)
    together = rng.normal(0, 0.15, clusters)[labels]
    return np.clip(together + rng.normal(0, 0.05, len(labels)), -1, 1), labels.tolist()


@pytest.mark.parametrize("clusters", [20, 40])
def test_clustered_cases_are_covered_only_when_the_clusters_are_told(clusters):
    rng = np.random.default_rng(11)
    told, untold = [], []
    for run in range(80):
        deltas, labels = clustered(rng, clusters)
        with_labels, without = paired_mean(deltas, seed=run, clusters=labels), paired_mean(deltas)
        told.append(with_labels.low <= 0.0 <= with_labels.high)
        untold.append(without.low <= 0.0 <= without.high)
    assert np.mean(told) >= allowed(0.94, 80)
    assert np.mean(untold) < 0.8


def test_equal_sides_fail_a_drop_gate_and_a_drop_at_the_margin_passes_in_under_the_level():
    rng = np.random.default_rng(12)
    failing = [paired_mean(np.clip(rng.normal(0, 0.1, 60), -1, 1)).high < -0.02 for _ in range(250)]
    passing = [
        paired_mean(np.clip(rng.normal(-0.02, 0.1, 60), -1, 1)).low >= -0.02 for _ in range(250)
    ]
    bound = 0.025 + 3 * math.sqrt(0.025 * 0.975 / 250)
    assert np.mean(failing) <= bound
    assert np.mean(passing) <= bound


def test_limits_equal_scipys_from_the_same_resamples():
    deltas = rarely_worse(np.random.default_rng(1), 80, 0.4)
    means = resampled_means(deltas, np.ones(80), np.random.default_rng(7))
    expected = scipy_stats.bootstrap(
        (deltas,),
        np.mean,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=means),
        method="BCa",
    ).confidence_interval
    found = paired_mean(deltas, seed=7)
    assert found.method == "BCa bootstrap"
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_clusters_of_one_change_nothing():
    deltas = np.random.default_rng(2).uniform(-1, 1, 50)
    alone, clusters = paired_mean(deltas), paired_mean(deltas, clusters=list(range(50)))
    assert (alone.low, alone.high) == pytest.approx((clusters.low, clusters.high))


@pytest.mark.parametrize("n", [5, 60])
def test_copies_of_a_case_in_its_cluster_add_no_certainty(n):
    deltas = np.random.default_rng(3).uniform(-0.5, 0.5, n)
    once = paired_mean(deltas)
    copied = paired_mean(np.tile(deltas, 4), clusters=[f"case {i % n}" for i in range(4 * n)])
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high))


@pytest.mark.parametrize("n", [1, 2, 29, 30, 200, 5000])
@pytest.mark.parametrize("value", [-1.0, 0.0, 0.3, 1.0])
def test_equal_deltas_leave_room_for_what_was_not_seen(n, value):
    found = paired_mean([value] * n)
    assert found.method == "betting interval"
    assert -1.0 <= found.low <= found.estimate <= found.high <= 1.0
    assert found.high - found.low > 1 / n


def test_no_case_at_all_excludes_nothing():
    found = paired_mean([])
    assert (found.estimate, found.low, found.high, found.method) == (0.0, -1.0, 1.0, "no data")


@pytest.mark.parametrize(
    ("deltas", "method"),
    [
        (np.linspace(-1, 1, 29), "betting interval"),
        (np.linspace(-1, 1, 30), "BCa bootstrap"),
        (np.resize([0.0, 0.2, 0.4, -0.2, -0.4, 1.0], 300), "betting interval"),
        (np.resize([0.0, 0.2, 0.4, -0.2, -0.4, 1.0, 0.6], 300), "BCa bootstrap"),
    ],
)
def test_few_cases_or_few_distinct_deltas_are_not_bootstrapped(deltas, method):
    assert paired_mean(deltas).method == method


def test_thirty_cases_in_few_clusters_are_not_bootstrapped():
    found = paired_mean(np.linspace(-1, 1, 60), clusters=[i // 10 for i in range(60)])
    assert found.method == "betting interval, clustered"


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_limits_enclose_the_mean_whatever_the_deltas(deltas, seed):
    found = paired_mean(deltas, seed=seed)
    assert -1.0 <= found.low <= found.estimate <= found.high <= 1.0
    assert found.estimate == pytest.approx(sum(deltas) / len(deltas), abs=1e-12)


def test_the_same_seed_gives_the_same_interval():
    deltas = np.random.default_rng(4).uniform(-1, 1, 100)
    assert paired_mean(deltas, seed=5) == paired_mean(deltas, seed=5) != paired_mean(deltas, seed=6)


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="1 clusters for 2 deltas"):
        paired_mean([0.1, 0.2], clusters=["a"])
    with pytest.raises(ValueError, match=r"clusters\[1\] is None"):
        paired_mean([0.1, 0.2], clusters=["a", None])


@pytest.mark.parametrize("values", ["rare", "bulk and tail", "grid"])
def test_cells_keep_the_mean_and_all_but_a_trace_of_the_variance(values):
    rng = np.random.default_rng(6)
    n = 30_000
    sums = {
        "rare": np.where(rng.random(n) < 0.01, -rng.random(n), 0.0),
        "bulk and tail": np.where(rng.random(n) < 0.001, rng.random(n), rng.normal(0, 1e-3, n)),
        "grid": rng.integers(-5, 6, n) / 5,
    }[values]
    counts, cell_sums, cell_sizes = _cells(sums, np.ones(n))
    assert len(counts) <= 1025
    assert counts.sum() == n
    assert counts @ cell_sums == pytest.approx(sums.sum())
    assert counts @ cell_sizes == pytest.approx(n)
    kept = counts @ (cell_sums - sums.mean()) ** 2
    assert kept == pytest.approx(((sums - sums.mean()) ** 2).sum(), rel=1e-3)


def test_a_million_deltas_take_seconds_and_give_the_normal_limit():
    deltas = np.clip(np.random.default_rng(8).normal(0, 0.1, 1_000_000), -1, 1)
    started = time.process_time()
    found = paired_mean(deltas)
    assert time.process_time() - started < 5
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * deltas.std() / 1000, rel=0.03)


def test_a_few_clusters_that_flip_amid_small_noise_are_not_resampled():
    """Forty clusters of which a few go all the way: resamples without them know nothing of them."""
    rng = np.random.default_rng(8)
    held, methods = 0, set()
    for number in range(300):
        flips = rng.random(40)
        jump = np.where(flips < 0.05, -0.9, np.where(flips > 0.95, 0.9, 0.0)).repeat(5)
        deltas = np.clip(jump + rng.normal(0, 0.1, 200), -1, 1)
        found = paired_mean(deltas, seed=number, clusters=[i // 5 for i in range(200)])
        held += found.low <= 0.0 <= found.high
        methods.add(found.method)
    assert held / 300 >= 0.94 - 3 * math.sqrt(0.06 * 0.94 / 300)
    assert "betting interval, clustered" in methods
