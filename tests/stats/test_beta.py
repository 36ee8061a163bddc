"""The incomplete beta function: exact for small counts, good in tails."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from harness.stats.beta import beta_quantile, beta_share, count_share, student_tails


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(1, 20), Fraction(99, 100)])
@pytest.mark.parametrize("n", [1, 2, 6, 37, 150])
def test_chances_of_counts_are_those_of_exact_arithmetic(n: int, share: Fraction) -> None:
    chance = Fraction(0)
    for count in range(n):
        chance += comb(n, count) * share**count * (1 - share) ** (n - count)
        assert count_share(count, n, float(share)) == pytest.approx(float(chance), rel=1e-12)


def test_no_count_lies_below_nought_and_every_one_within_n() -> None:
    assert count_share(-1, 5, 0.5) == 0.0
    assert count_share(5, 5, 0.5) == 1.0
    assert (count_share(2, 5, 0.0), count_share(2, 5, 1.0)) == (1.0, 0.0)


def test_chances_never_fall_as_the_count_rises() -> None:
    chances = [count_share(count, 5_000, 0.95) for count in range(5_000)]
    assert chances == sorted(chances)
    assert chances[0] < 1e-300


@pytest.mark.parametrize("freedom", [1, 2, 5, 30, 1_998, 100_000])
def test_tails_equal_those_of_students_t(freedom: int) -> None:
    for t in (0.0, 1e-5, 0.3, 1.0, 1.96, 4.0, 12.0):
        expected = 2 * stats.t.sf(t, freedom)
        assert student_tails(t, freedom) == pytest.approx(expected, rel=1e-10)
        assert student_tails(-t, freedom) == student_tails(t, freedom)


def test_a_quantile_has_its_share_below_it() -> None:
    rng = np.random.default_rng(20261121)
    for a, b, share in zip(
        rng.integers(1, 500, 50), rng.integers(1, 500, 50), rng.random(50), strict=True
    ):
        found = beta_quantile(int(a), int(b), float(share))
        assert beta_share(int(a), int(b), found) == pytest.approx(share, rel=1e-11)
