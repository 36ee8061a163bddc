"""How many more cases would decide."""

import math

import numpy as np
import pytest

from harness.stats import (
    Interval,
    cases_to_decide,
    cases_to_pass,
    paired_proportion,
    required_cases,
)


def interval(estimate, low, high):
    return Interval(estimate=estimate, low=low, high=high, confidence=0.95, method="any")


def test_without_a_flip_the_cases_still_missing_are_those_that_could_pass():
    assert required_cases(0, 0, 100, 0.02) == cases_to_pass(0.02) - 100


@pytest.mark.parametrize(("b", "c", "n"), [(0, 0, 300), (30, 0, 100)])
def test_a_gate_already_decided_needs_no_case(b, c, n):
    assert required_cases(b, c, n, 0.02) == 0


def test_rates_right_at_the_margin_promise_nothing():
    assert required_cases(2, 0, 100, 0.02) is None


def test_more_disagreement_needs_more_cases():
    needs = [required_cases(k, k, 100, 0.02) for k in (0, 1, 2, 5)]
    assert needs == sorted(needs)
    assert len(set(needs)) == 4


@pytest.mark.parametrize(
    ("b", "c", "n"), [(2, 2, 100), (1, 1, 100), (4, 0, 50), (12, 5, 100), (3, 3, 60)]
)
def test_with_the_cases_named_the_gate_is_decided_about_as_often_as_promised(b, c, n):
    total = n + required_cases(b, c, n, 0.02, power=0.8)
    rng = np.random.default_rng(3)
    draws = rng.multinomial(total, [b / n, c / n, 1 - (b + c) / n], 600).tolist()
    decided = 0
    for worse, better, _ in draws:
        found = paired_proportion(worse, better, total)
        decided += found.low >= -0.02 or found.high < -0.02
    assert 0.72 <= decided / 600 <= 0.92


def test_half_the_width_takes_four_times_the_cases():
    # At power 0.5 luck plays no part: the limit must move from 0.04 to 0.02 below.
    assert cases_to_decide(interval(0.0, -0.04, 0.04), 100, -0.02, power=0.5) == 300


def test_an_interval_beside_the_threshold_needs_no_case():
    assert cases_to_decide(interval(0.0, -0.01, 0.01), 100, -0.02) == 0
    assert cases_to_decide(interval(-0.1, -0.2, -0.05), 100, -0.02) == 0


@pytest.mark.parametrize(
    "undecidable", [interval(-0.02, -0.05, 0.01), interval(0.0, -math.inf, math.inf)]
)
def test_what_cannot_be_foretold_is_none(undecidable):
    assert cases_to_decide(undecidable, 100, -0.02) is None


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="n is 0"):
        required_cases(0, 0, 0, 0.02)
    with pytest.raises(ValueError, match="n is 0"):
        cases_to_decide(interval(0.0, -1.0, 1.0), 0, -0.02)


@pytest.mark.parametrize("power", [0.0, 1.0, math.nan])
def test_power_outside_0_to_1_is_refused(power):
    with pytest.raises(ValueError, match="power is"):
        required_cases(1, 1, 100, 0.02, power=power)
