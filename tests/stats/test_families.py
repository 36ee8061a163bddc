"""Holm's and Benjamini and Hochberg's corrections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats import benjamini_hochberg, holm

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def rejecting(p_values):
    return lambda level: [p <= level for p in p_values]


@settings(max_examples=40, deadline=None)
@given(p_lists)
def test_holm_without_p_values_rejects_what_it_does_with_them(p_values):
    published = pytest.importorskip("statsmodels.stats.multitest")
    expected = published.multipletests(p_values, alpha=0.05, method="holm")[0]
    assert holm(rejecting(p_values), len(p_values), 0.05) == tuple(expected)


def test_holm_steps_down_where_bonferroni_stops():
    assert holm(rejecting([0.01, 0.02, 0.04]), 3, 0.05) == (True, True, True)
    assert holm(rejecting([0.02, 0.02, 0.04]), 3, 0.05) == (False, False, False)


def test_holm_of_nothing_asks_nothing():
    assert holm(lambda level: pytest.fail("asked"), 0, 0.05) == ()


def test_holm_refuses_a_wrong_number_of_answers():
    with pytest.raises(ValueError, match="2 answers for 3"):
        holm(lambda level: [True, False], 3, 0.05)


def test_holm_keeps_the_chance_of_any_false_rejection():
    rng = np.random.default_rng(5)
    any_false = [any(holm(rejecting(rng.random(8)), 8, 0.05)) for _ in range(4000)]
    assert np.mean(any_false) <= 0.05 + 3 * np.sqrt(0.0475 / 4000)


@settings(deadline=None)
@given(p_lists)
def test_adjusted_p_values_equal_scipys(p_values):
    scipy_stats = pytest.importorskip("scipy.stats")
    expected = scipy_stats.false_discovery_control(p_values)
    assert benjamini_hochberg(p_values) == pytest.approx(tuple(expected), abs=1e-12)


def test_no_p_value_gives_none():
    assert benjamini_hochberg([]) == ()


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, 1.1])
def test_what_is_no_probability_is_refused_by_index(wrong):
    with pytest.raises(ValueError, match=r"p_values\[1\]"):
        benjamini_hochberg([0.5, wrong])
