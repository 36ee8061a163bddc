"""McNemar's and the sign-flip test."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from harness.stats import mcnemar, sign_flip


@pytest.mark.parametrize(
    ("b", "c"), [(0, 1), (1, 0), (3, 3), (0, 6), (7, 1), (40, 20), (600, 480), (50_300, 49_700)]
)
def test_mcnemar_equals_the_binomial_test_of_scipy(b, c):
    assert mcnemar(b, c) == pytest.approx(scipy_stats.binomtest(b, b + c).pvalue, abs=1e-9)


def test_mcnemar_equals_statsmodels():
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    expected = tables.mcnemar([[50, 9], [2, 30]], exact=True).pvalue
    assert mcnemar(9, 2) == pytest.approx(expected, abs=1e-12)


def test_no_flip_is_no_evidence():
    assert mcnemar(0, 0) == 1.0
    assert sign_flip([]) == 1.0
    assert sign_flip([0.0] * 50) == 1.0


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="b is -1"):
        mcnemar(-1, 3)


def test_few_deltas_give_the_exact_p_value():
    deltas = [0.3, -0.1, 0.25, 0.5, 0.0, 0.05]
    expected = scipy_stats.permutation_test(
        (deltas,), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip(deltas) == pytest.approx(expected.pvalue, abs=1e-12)


def test_equal_sizes_give_what_mcnemar_gives():
    assert sign_flip([-0.5] * 30 + [0.5] * 14) == pytest.approx(mcnemar(30, 14), abs=0.004)


def test_many_distinct_deltas_give_the_normal_limit():
    deltas = np.random.default_rng(0).normal(0.008, 0.2, 5_000)
    z = deltas.sum() / np.sqrt((deltas**2).sum())
    assert sign_flip(deltas) == pytest.approx(2 * scipy_stats.norm.sf(abs(z)), abs=0.015)


def test_a_clear_lean_is_found_and_the_same_seed_gives_the_same_p_value():
    deltas = np.random.default_rng(1).normal(0.1, 0.1, 100)
    assert sign_flip(deltas) == pytest.approx(1e-4)
    noise = deltas - deltas.mean()
    assert sign_flip(noise, seed=3) == sign_flip(noise, seed=3) > 0.9


def test_of_equal_sides_no_more_than_the_level_is_rejected():
    rng = np.random.default_rng(2)
    p_values = [sign_flip(rng.choice([-0.4, -0.2, 0.0, 0.2, 0.4], 40), seed=i) for i in range(400)]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.0475 / 400)
