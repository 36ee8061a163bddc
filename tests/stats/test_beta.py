"""The incomplete beta function: good in tails."""

import numpy as np
import pytest
from scipy import stats

from harness.stats.beta import beta_quantile, beta_share, student_tails


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
