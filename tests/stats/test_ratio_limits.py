"""Ratios of quantiles with limits of ranks."""

import math

import numpy as np
import pytest

from harness.stats import quantile, ranked_ratio


def test_the_limits_divide_those_of_each_side_at_half_the_error():
    rng = np.random.default_rng(3)
    before, after = rng.lognormal(0, 0.5, 400), rng.lognormal(0.2, 0.5, 400)
    old, new = quantile(before, 0.95, 0.975), quantile(after, 0.95, 0.975)
    found = ranked_ratio(before, after, 0.95)
    assert found.estimate == pytest.approx(np.quantile(after, 0.95) / np.quantile(before, 0.95))
    assert (found.low, found.high) == (new.low / old.high, new.high / old.low)


def test_too_few_cases_bound_nothing():
    found = ranked_ratio([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], 0.95)
    assert (found.estimate, found.low, found.high) == (pytest.approx(2.0), 0.0, math.inf)


def test_a_hundred_cases_bound_the_95th_percentile():
    times = np.random.default_rng(1).lognormal(0, 0.3, 100)
    found = ranked_ratio(times, 1.5 * times, 0.95)
    assert 0 < found.low < 1.5 < found.high < math.inf


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_the_true_ratio_is_between_the_limits_often_enough(correlation):
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(300):
        noise = rng.normal(0, 0.4, (2, 150))
        noise[1] = correlation * noise[0] + math.sqrt(1 - correlation**2) * noise[1]
        found = ranked_ratio(np.exp(noise[0]), 1.3 * np.exp(noise[1]), 0.95)
        covered += found.low <= 1.3 <= found.high
    assert covered >= 285  # 95 % of 300; the limits are wider than they need to be


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_duration_is_refused(bad):
    with pytest.raises(ValueError, match="baseline_s"):
        ranked_ratio([1.0, bad], [1.0, 1.0], 0.5)
