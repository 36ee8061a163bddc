"""The ratio of a latency quantile."""

import math
import time

import numpy as np
import pytest

from harness.stats import quantile_ratio
from harness.stats.tail_ratio import _counted, _drawn


def latencies(rng, n, ratio=1.1):
    """Two sides of cases that are long or short on both, with a heavy tail on each."""
    case = rng.lognormal(0, 0.4, n)

    def side():
        return case * np.where(rng.random(n) < 0.05, 1 + rng.pareto(2, n), 1.0)

    return side() * rng.lognormal(0, 0.2, n), ratio * side() * rng.lognormal(0, 0.2, n)


def coverage(n, q, runs):
    rng = np.random.default_rng(n)
    found = [quantile_ratio(*latencies(rng, n), q, seed=run) for run in range(runs)]
    return np.mean([f.low <= 1.1 <= f.high for f in found])


@pytest.mark.parametrize(("n", "q"), [(10, 0.5), (20, 0.5), (50, 0.5), (50, 0.9), (100, 0.95)])
def test_the_ratio_is_covered(n, q):
    assert coverage(n, q, 100) >= 0.95 - 3 * math.sqrt(0.0475 / 100)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "q"), [(20, 0.5), (100, 0.95), (200, 0.95), (1000, 0.95), (1000, 0.99), (5000, 0.99)]
)
def test_the_ratio_is_covered_over_many_runs(n, q):
    assert coverage(n, q, 250) >= 0.94 - 3 * math.sqrt(0.0564 / 250)


def test_pairing_narrows_the_interval():
    rng = np.random.default_rng(0)
    baseline = rng.lognormal(0, 1, 300)
    candidate = 1.1 * baseline * rng.lognormal(0, 0.05, 300)
    paired = quantile_ratio(baseline, candidate, 0.5)
    unpaired = quantile_ratio(baseline, rng.permutation(candidate), 0.5)
    assert paired.high / paired.low < unpaired.high / unpaired.low


@pytest.mark.parametrize("q", [0.5, 0.95, 0.99])
def test_counting_blocks_of_ranks_gives_what_drawing_every_case_gives(q):
    sides = latencies(np.random.default_rng(1), 3000)
    drawn = _drawn(*sides, q, np.random.default_rng(2))
    counted = _counted(*sides, q, np.random.default_rng(3))
    levels = [0.025, 0.25, 0.5, 0.75, 0.975]
    spread = drawn.std()
    assert np.quantile(counted, levels) == pytest.approx(
        np.quantile(drawn, levels), abs=0.15 * spread
    )
    assert counted.std() == pytest.approx(spread, rel=0.06)


@pytest.mark.parametrize("n", [100, 3000])
def test_every_call_timed_out_is_a_ratio_of_one(n):
    found = quantile_ratio([60.0] * n, [60.0] * n, 0.95)
    assert (found.estimate, found.low, found.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(("n", "q"), [(1, 0.5), (2, 0.5), (5, 0.5), (20, 0.95), (300, 0.99)])
def test_too_few_cases_for_a_quantile_leave_its_ratio_open(n, q):
    found = quantile_ratio(np.arange(1.0, n + 1), np.arange(2.0, n + 2), q)
    assert (found.low, found.high) == (0.0, math.inf)
    assert math.isfinite(found.estimate)


def test_the_same_seed_gives_the_same_interval_and_another_nearly_so():
    sides = latencies(np.random.default_rng(4), 400)
    one, same, other = (quantile_ratio(*sides, 0.9, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=0.02)


def test_a_slower_tail_is_told_from_an_equal_one():
    rng = np.random.default_rng(5)
    baseline = rng.lognormal(0, 0.3, 500)
    candidate = np.where(rng.random(500) < 0.15, 3.0, 1.0) * baseline
    assert quantile_ratio(baseline, candidate, 0.95).low > 1.25
    assert quantile_ratio(baseline, candidate, 0.5).high < 1.25


def test_a_million_cases_take_seconds():
    sides = latencies(np.random.default_rng(6), 1_000_000)
    started = time.process_time()
    found = quantile_ratio(*sides, 0.95)
    assert time.process_time() - started < 5
    assert found.low <= 1.1 <= found.high
    assert found.high - found.low < 0.02
