"""The least number of cases a gate needs."""

import pytest

from harness.stats import cases_to_pass, cases_to_reach, paired_proportion, proportion, reachable


@pytest.mark.parametrize("max_drop", [0.001, 0.01, 0.02, 0.05, 0.5, 0.95])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_least_number_that_can_pass_is_the_least(max_drop, confidence):
    n = cases_to_pass(max_drop, confidence)
    assert paired_proportion(0, 0, n, confidence).low >= -max_drop
    assert reachable(n, max_drop, confidence)
    assert not reachable(n - 1, max_drop, confidence)


def test_two_points_need_189_cases_without_a_flip():
    assert cases_to_pass(0.02) == 189


@pytest.mark.parametrize("min_rate", [0.01, 0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_least_number_that_can_reach_a_rate_is_the_least(min_rate, confidence):
    n = cases_to_reach(min_rate, confidence)
    assert proportion(n, n, confidence).low >= min_rate
    if n > 1:
        assert proportion(n - 1, n - 1, confidence).low < min_rate


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, float("nan")])
def test_a_margin_outside_0_to_1_is_refused(wrong):
    with pytest.raises(ValueError, match="max_drop is"):
        cases_to_pass(wrong)
    with pytest.raises(ValueError, match="max_drop is"):
        reachable(10, wrong)
    with pytest.raises(ValueError, match="min_rate is"):
        cases_to_reach(wrong)
