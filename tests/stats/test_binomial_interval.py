"""The interval of one proportion: against statsmodels, at its edges, over its coverage."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from harness.stats import proportion


@pytest.mark.parametrize(("k", "n"), [(1, 2), (1, 10), (37, 50), (199, 200), (12, 100_000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_inner_counts_give_what_statsmodels_calls_wilson(k, n, confidence):
    published = pytest.importorskip("statsmodels.stats.proportion")
    interval = proportion(k, n, confidence)
    expected = published.proportion_confint(k, n, alpha=1 - confidence, method="wilson")
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-6)
    assert interval.method == "Wilson"


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
@pytest.mark.parametrize("all_hit", [False, True])
def test_none_and_all_give_what_statsmodels_calls_beta(n, all_hit):
    published = pytest.importorskip("statsmodels.stats.proportion")
    k = n if all_hit else 0
    interval = proportion(k, n)
    expected = published.proportion_confint(k, n, alpha=0.05, method="beta")
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-6)
    assert interval.method == "Clopper-Pearson"


def test_no_case_at_all_excludes_nothing():
    interval = proportion(0, 0)
    assert (interval.low, interval.high, interval.method) == (0.0, 1.0, "no data")


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_limits_enclose_the_estimate(counts):
    k, n = counts
    interval = proportion(k, n)
    assert 0.0 <= interval.low <= k / n <= interval.high <= 1.0
    assert interval.high > interval.low


# Wilson's interval covers 0.95 on average over rates, and oscillates about it; it is least just
# below the lower limit that one hit in n gives.
@pytest.mark.parametrize("n", [10, 20, 50, 200, 1000])
@pytest.mark.parametrize(("rate", "least"), [(0.0, 1.0), (0.01, 0.90), (0.1, 0.929), (0.5, 0.935)])
def test_exact_coverage(n, rate, least):
    covered = 0.0
    for k in range(n + 1):
        interval = proportion(k, n)
        if interval.low <= rate <= interval.high:
            covered += binom.pmf(k, n, rate)
    assert covered >= least


@pytest.mark.parametrize("n", [10, 20, 50])
def test_coverage_averaged_over_rates_is_nominal(n):
    rates = [(step + 0.5) / 200 for step in range(200)]
    intervals = [proportion(k, n) for k in range(n + 1)]
    covered = [
        sum(binom.pmf(k, n, rate) for k, i in enumerate(intervals) if i.low <= rate <= i.high)
        for rate in rates
    ]
    assert sum(covered) / len(covered) == pytest.approx(0.955, abs=0.007)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 4), "k = 5 is more than n = 4"),
        ((-1, 4), "k is -1"),
        ((math.nan, 4), "k is nan"),
        ((1, 4, 0.0), "confidence is 0.0"),
    ],
)
def test_counts_that_do_not_fit_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        proportion(*arguments)


@pytest.mark.parametrize(("k", "n"), [(0, 20), (20, 20), (3, 20), (1, 1000), (500, 1000)])
def test_the_exact_interval_is_that_of_statsmodels(k, n):
    from statsmodels.stats.proportion import proportion_confint

    from harness.stats import exact_proportion

    found = exact_proportion(k, n)
    low, high = proportion_confint(k, n, method="beta")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert found.method == "Clopper-Pearson"


def test_the_exact_interval_of_nothing_is_everything():
    from harness.stats import exact_proportion

    assert (exact_proportion(0, 0).low, exact_proportion(0, 0).high) == (0.0, 1.0)
