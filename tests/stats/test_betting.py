"""The capital of who bets against a mean, and the limits it sets."""

import numpy as np
import pytest

from harness.stats.betting import bets, betting_limits, log_capital


@pytest.fixture
def x():
    return np.random.default_rng(0).beta(2, 5, 120)


def test_a_stake_knows_nothing_of_the_value_it_is_laid_on(x):
    changed = x.copy()
    changed[60:] = 1 - changed[60:]
    ones = np.ones_like(x)
    assert np.array_equal(bets(x, ones, 0.95)[:61], bets(changed, ones, 0.95)[:61])
    assert not np.array_equal(bets(x, ones, 0.95)[61:], bets(changed, ones, 0.95)[61:])


@pytest.mark.parametrize("above", [True, False])
def test_capital_moves_one_way_as_the_mean_bet_against_moves(x, above):
    ones = np.ones_like(x)
    stakes = bets(x, ones, 0.95)
    ends = [
        log_capital(x, ones, stakes, mean, 0.6, above=above)[-1]
        for mean in np.linspace(0.01, 0.99, 50)
    ]
    assert np.all(np.diff(ends if not above else ends[::-1]) >= 0)


@pytest.mark.parametrize("above", [True, False])
def test_expected_capital_against_the_true_mean_is_one(above):
    rng = np.random.default_rng(1)
    ends = []
    for _ in range(4000):
        x = (rng.random(10) < 0.3).astype(float)
        ones = np.ones(10)
        ends.append(np.exp(log_capital(x, ones, bets(x, ones, 0.95), 0.3, 0.6, above=above)[-1]))
    assert np.mean(ends) == pytest.approx(1.0, abs=4 * np.std(ends) / np.sqrt(4000))


def test_one_bet_never_loses_more_than_its_share():
    x, ones = np.zeros(5), np.ones(5)
    lost = np.diff(log_capital(x, ones, np.full(5, 1e6), 0.5, 0.6, above=True), prepend=0.0)
    assert lost == pytest.approx(np.log(0.4))


def test_limits_are_where_capital_reaches_the_threshold(x):
    ones = np.ones_like(x)
    stakes = bets(x, ones, 0.95, horizon=len(x))
    low, high = betting_limits(x, ones, stakes, 0.95, 0.6)
    assert 0 < low < x.mean() < high < 1
    for limit, above in ((low, True), (high, False)):
        best = log_capital(x, ones, stakes, limit, 0.6, above=above).max()
        assert np.exp(best) == pytest.approx(40.0, rel=1e-5)


def test_limits_never_leave_those_found_before(x):
    ones = np.ones_like(x)
    stakes = bets(x, ones, 0.95)
    low, high = betting_limits(x, ones, stakes, 0.95, 0.6, within=(0.28, 0.29))
    assert (low, high) == (0.28, 0.29)


def test_stakes_for_a_known_number_of_values_narrow_the_interval_at_it(x):
    ones = np.ones_like(x)
    fixed = betting_limits(x, ones, bets(x, ones, 0.95, horizon=len(x)), 0.95, 0.6)
    anytime = betting_limits(x, ones, bets(x, ones, 0.95), 0.95, 0.6)
    assert fixed[1] - fixed[0] < anytime[1] - anytime[0]


def test_values_of_no_weight_change_nothing(x):
    ones = np.ones(60)
    padded, weights = np.concatenate((x[:60], np.ones(60))), np.concatenate((ones, np.zeros(60)))
    stakes = bets(x[:60], ones, 0.95)
    longer = np.concatenate((stakes, np.full(60, 2.0)))
    assert betting_limits(padded, weights, longer, 0.95, 0.6) == betting_limits(
        x[:60], ones, stakes, 0.95, 0.6
    )
