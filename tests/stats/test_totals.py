"""The ratio of two totals: its interval keeps what it promises, and says where it cannot."""

from math import inf, isfinite

import numpy as np
import pytest

from harness import stats
from harness.stats import totals


def amounts(n: int, sigma: float, seed: int, ratio: float = 1.2) -> tuple[list[float], list[float]]:
    """Give paired amounts with a long tail whose true ratio of totals is known."""
    rng = np.random.default_rng(seed)
    old, noise = rng.normal(size=(2, n))
    shared = 0.8 * old + 0.6 * noise
    return list(np.exp(sigma * old)), list(ratio * np.exp(sigma * shared))


def test_the_estimate_is_the_ratio_of_the_totals_not_the_mean_of_ratios() -> None:
    found = stats.total_ratio([1.0, 9.0], [2.0, 9.0])
    assert found.estimate == pytest.approx(1.1)


@pytest.mark.parametrize("n", [1, 2, totals.FEWEST_UNITS - 1])
def test_too_few_cases_bound_nothing(n: int) -> None:
    found = stats.total_ratio(*amounts(n, 0.5, 1))
    assert (found.low, found.high) == (0.0, inf)


def test_clusters_are_the_units_and_few_of_them_bound_nothing() -> None:
    before, after = amounts(200, 0.5, 2)
    labels = [f"c{i % 100}" for i in range(200)]
    found = stats.total_ratio(before, after, clusters=labels)
    assert isfinite(found.high)
    assert found.method.endswith("clustered")
    few = [f"c{i % 10}" for i in range(200)]
    assert stats.total_ratio(before, after, clusters=few).high == inf


def test_cases_that_say_the_same_thing_twice_make_nothing_surer() -> None:
    before, after = amounts(60, 0.5, 3)
    labels = [f"c{i % 60}" for i in range(240)]
    once = stats.total_ratio(before, after)
    often = stats.total_ratio(before * 4, after * 4, clusters=labels)
    alone = stats.total_ratio(before * 4, after * 4)
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.05)
    assert alone.high - alone.low < 0.6 * (once.high - once.low)


def test_a_price_that_is_the_same_everywhere_is_no_sample() -> None:
    found = stats.total_ratio([0.01] * 60, [0.03] * 60)
    assert (found.low, found.high) == (pytest.approx(3.0), pytest.approx(3.0))


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e12])
def test_the_unit_of_the_amounts_does_not_matter(size: float) -> None:
    before, after = amounts(80, 0.7, 4)
    plain = stats.total_ratio(before, after, seed=5)
    scaled = stats.total_ratio([b * size for b in before], [a * size for a in after], seed=5)
    assert (scaled.low, scaled.high) == pytest.approx((plain.low, plain.high))


def test_the_interval_holds_the_estimate_and_narrows_with_more_cases() -> None:
    widths = []
    for n in (50, 500, 5_000, 50_000):
        found = stats.total_ratio(*amounts(n, 0.7, 6))
        assert found.low < found.estimate < found.high
        widths.append(found.high / found.low)
    assert widths == sorted(widths, reverse=True)


def test_blocks_of_many_cases_give_about_what_the_cases_give() -> None:
    before, after = amounts(totals._MOST_UNITS, 0.7, 7)
    plain = stats.total_ratio(before, after)
    many_before, many_after = amounts(4 * totals._MOST_UNITS, 0.7, 7)
    blocks = stats.total_ratio(many_before, many_after)
    assert blocks.high / blocks.low - 1 == pytest.approx((plain.high / plain.low - 1) / 2, rel=0.2)


def test_amounts_that_are_mostly_nothing_bound_nothing_from_where_a_resample_could_be_empty() -> (
    None
):
    before = [1.0, 2.0] + [0.0] * 58
    after = [2.0, 1.0] + [0.0] * 58
    found = stats.total_ratio(before, after)
    assert (found.low, found.high) == (0.0, inf)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([1.0, float("nan")], [1.0, 1.0], r"baseline\[1\] is nan"),
        ([1.0, 1.0], [1.0, -2.0], r"candidate\[1\] is -2"),
        ([1.0, 1.0], [1.0], "baseline has 2 values, candidate 1"),
        ([0.0, 0.0], [1.0, 1.0], "total is 0"),
        ([], [], "total is 0"),
    ],
)
def test_what_has_no_ratio_is_refused(before: list[float], after: list[float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        stats.total_ratio(before, after)


@pytest.mark.parametrize(("n", "sigma"), [(50, 0.5), (100, 0.8)])
def test_coverage_is_what_it_promises(
    n: int, sigma: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer resamples than a verdict takes: that only widens the scatter of the limits."""
    monkeypatch.setattr("harness.stats.resampling.RESAMPLES", 999)
    runs = 400
    held = 0
    for seed in range(runs):
        found = stats.total_ratio(*amounts(n, sigma, 1000 + seed), seed=seed)
        held += found.low <= 1.2 <= found.high
    assert held / runs >= 0.93 - 3 * (0.93 * 0.07 / runs) ** 0.5
