"""The marks that the order of calls leaves on latencies."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from harness.stats import drift, order_effect


def test_a_slower_first_call_is_found():
    rng = np.random.default_rng(0)
    second = rng.lognormal(0, 0.3, 200)
    effect = order_effect(1.3 * second * rng.lognormal(0, 0.1, 200), second)
    assert effect.ratio == pytest.approx(1.3, rel=0.03)
    assert effect.p_value < 1e-6
    assert effect.n == 200


def test_swapping_the_order_inverts_the_ratio():
    first, second = [1.0, 2.0, 4.0], [2.0, 2.0, 1.0]
    assert order_effect(first, second).ratio == pytest.approx(1.0)
    assert order_effect([2.0, 2.0], [1.0, 1.0]).ratio == pytest.approx(2.0)
    assert order_effect([1.0, 1.0], [2.0, 2.0]).ratio == pytest.approx(0.5)


def test_equal_latencies_show_no_order_effect():
    effect = order_effect([1.0] * 20, [1.0] * 20)
    assert (effect.ratio, effect.p_value) == (1.0, 1.0)


def test_latency_that_rises_over_the_run_is_found():
    rng = np.random.default_rng(1)
    latency = rng.lognormal(0, 0.3, 300) * np.linspace(1.0, 1.5, 300)
    assert drift(latency).correlation > 0.2
    assert drift(latency).p_value < 1e-4
    assert drift(latency[::-1]).correlation < -0.2


def test_drift_is_blind_to_any_monotone_change_of_unit():
    latency = np.random.default_rng(2).lognormal(0, 0.3, 50)
    assert drift(latency) == drift(np.exp(latency))


@pytest.mark.parametrize("latency", [[1.0], [1.0, 2.0], [3.0] * 50])
def test_too_few_or_equal_latencies_show_no_drift(latency):
    found = drift(latency)
    assert (found.correlation, found.p_value, found.n) == (0.0, 1.0, len(latency))


def test_steady_latency_is_flagged_no_oftener_than_the_level():
    rng = np.random.default_rng(3)
    flagged = [drift(rng.lognormal(0, 0.5, 40)).p_value <= 0.05 for _ in range(400)]
    assert np.mean(flagged) <= 0.05 + 3 * np.sqrt(0.0475 / 400)


def test_rank_correlation_counts_ties_as_their_mean_rank():
    latency = [1.0, 1.0, 2.0, 2.0, 1.0, 3.0]
    ranks = scipy_stats.rankdata(latency)
    expected = np.corrcoef(ranks, np.arange(6))[0, 1]
    assert drift(latency).correlation == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [3, 4, 12, 300])
def test_drift_is_spearmans(n):
    rng = np.random.default_rng(n)
    for digits in (1, 9):  # with ties, and without
        latency = np.round(rng.exponential(1.0, n) + 0.2, digits)
        latency[0] = 9.0
        expected = scipy_stats.spearmanr(np.arange(n), latency)
        assert drift(latency).correlation == pytest.approx(expected.statistic, abs=1e-12)
        assert drift(latency).p_value == pytest.approx(expected.pvalue, abs=1e-9)


def test_drift_of_a_column_in_order_is_certain():
    assert drift([1.0, 2.0, 3.0, 4.0]).p_value == pytest.approx(0.0, abs=1e-12)
    assert drift([1.0, 2.0, 3.0, 4.0]).correlation == pytest.approx(1.0)
