"""Quantiles and the typical shift."""

import math
import subprocess
import sys
from fractions import Fraction
from math import comb
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats as scipy_stats

from harness.stats import quantile, shift
from harness.stats.order_statistics import _count_shares, limiting_ranks


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [20, 200, 1000])
def test_limits_equal_those_of_scipys_quantile_test(n, q):
    values = np.random.default_rng(n).lognormal(0, 0.5, n)
    expected = scipy_stats.quantile_test(values, q=0, p=q).confidence_interval(0.95)
    found = quantile(values, q)
    assert found.estimate == pytest.approx(np.quantile(values, q))
    assert found.low == pytest.approx(0.0 if np.isnan(expected.low) else expected.low)
    assert found.high == pytest.approx(math.inf if np.isnan(expected.high) else expected.high)


@pytest.mark.parametrize("n", [1, 2, 5, 6, 10, 50, 200, 1000])
@pytest.mark.parametrize("q", [0.5, 0.9, 0.99])
def test_the_ranks_enclose_the_quantile_with_the_confidence_and_no_closer_ones_do(n, q):
    lower, upper = limiting_ranks(n, q, 0.95)
    below = (lower or 0) - 1
    above = n if upper is None else upper - 1
    assert scipy_stats.binom.cdf(below, n, q) <= 0.025
    assert scipy_stats.binom.cdf(below + 1, n, q) > 0.025
    assert upper is None or scipy_stats.binom.sf(above, n, q) <= 0.025
    assert scipy_stats.binom.sf(above - 1, n, q) > 0.025


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(1, 20), Fraction(99, 100)])
@pytest.mark.parametrize("n", [0, 1, 2, 6, 37, 150])
def test_chances_of_counts_are_those_of_exact_arithmetic(n, share):
    first, at_most = _count_shares(n, float(share))
    chance = Fraction(0)
    for count in range(n + 1):
        chance += comb(n, count) * share**count * (1 - share) ** (n - count)
        if first <= count < first + len(at_most):
            assert at_most[count - first] == pytest.approx(float(chance), rel=1e-11)
        else:
            assert count < first or chance > 1 - Fraction(1, 10**15)
            assert count >= first or chance < Fraction(1, 10**30)


def test_chances_of_large_counts_are_those_of_the_library():
    dice = np.random.default_rng(3)
    for n in (1_000, 33_333, 1_000_000):
        for q in (0.5, 0.95, 0.001, float(dice.random())):
            first, at_most = _count_shares(n, q)
            counts = np.arange(first, first + len(at_most))
            assert at_most == pytest.approx(scipy_stats.binom.cdf(counts, n, q), abs=1e-9)
            assert scipy_stats.binom.cdf(first - 1, n, q) < 1e-20


def test_quantiles_need_no_library_that_is_slow_to_import():
    code = "import sys; from harness import stats; stats.quantile([1.0] * 99, 0.5); "
    code += "assert not any(name.startswith('scipy') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_ranks_of_a_million_values_are_found():
    assert limiting_ranks(10**6, 0.5, 0.95) == (499_020, 500_981)


@pytest.mark.parametrize("values", [[2.0], [2.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
def test_fewer_than_six_values_do_not_bound_the_median(values):
    found = quantile(values, 0.5)
    assert (found.low, found.high) == (0.0, math.inf)
    moved = shift(values, values)
    assert (moved.estimate, moved.low, moved.high) == (1.0, 0.0, math.inf)


def test_six_values_bound_the_median_by_their_extremes():
    found = quantile([6.0, 1.0, 2.0, 5.0, 4.0, 3.0], 0.5)
    assert (found.estimate, found.low, found.high) == (3.5, 1.0, 6.0)


def test_equal_values_have_that_value_for_every_quantile():
    found = quantile([60.0] * 40, 0.9)
    assert (found.estimate, found.low) == (60.0, 60.0)


def test_the_shift_is_that_of_the_typical_case_not_of_the_mean():
    baseline = np.random.default_rng(0).lognormal(0, 1, 99)
    candidate = 1.2 * baseline
    candidate[:5] *= 1000
    assert shift(baseline, candidate).estimate == pytest.approx(1.2)


def test_swapping_the_sides_inverts_the_shift():
    rng = np.random.default_rng(1)
    one, other = rng.lognormal(0, 1, 60), rng.lognormal(0, 1, 60)
    there, back = shift(one, other), shift(other, one)
    assert (1 / back.estimate, 1 / back.high, 1 / back.low) == pytest.approx(
        (there.estimate, there.low, there.high)
    )


def test_no_value_a_negative_one_and_an_impossible_quantile_are_refused():
    with pytest.raises(ValueError, match="is empty"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match=r"values\[1\] is -1"):
        quantile([1.0, -1.0], 0.5)
    with pytest.raises(ValueError, match="q is 1"):
        quantile([1.0], 1)


@pytest.mark.parametrize("n", [10, 20, 50, 200])
@pytest.mark.parametrize("q", [0.5, 0.9])
def test_a_quantile_is_covered(n, q):
    rng = np.random.default_rng(7)
    truth = math.exp(0.5 * NormalDist().inv_cdf(q))
    found = [quantile(rng.lognormal(0, 0.5, n), q) for _ in range(1000)]
    assert np.mean([f.low <= truth <= f.high for f in found]) >= 0.95 - 3 * 0.0069


@pytest.mark.parametrize("n", [10, 20, 50, 200])
def test_the_shift_is_covered(n):
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(1000):
        baseline = rng.lognormal(0, 1, n)
        found = shift(baseline, 1.1 * baseline * np.exp(rng.laplace(0, 0.3, n)))
        covered.append(found.low <= 1.1 <= found.high)
    assert np.mean(covered) >= 0.95 - 3 * 0.0069
