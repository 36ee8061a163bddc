"""Percentiles have intervals that hold what they promise, and answers left out have a reason."""

import random
from math import inf, log

import pytest

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Target
from harness.store import StoredAnswer
from harness.tallies.latencies import latency_summary
from harness.tallies.tally import Tally
from tests.gates.world import record

SHARES = {"p50_s": 0.5, "p90_s": 0.9, "p95_s": 0.95, "p99_s": 0.99}


def sample(n: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [chance.lognormvariate(log(0.1), 0.4) for _ in range(n)]


@pytest.mark.parametrize("n", [2, 20, 100, 1000])
def test_limits_are_those_of_the_library(n: int) -> None:
    times = sample(n)
    found = latency_summary(times, 0)
    printed = {name for name in SHARES if getattr(found, name) is not None}
    assert set(found.intervals) == printed
    for name in printed:
        limits = stats.quantile(times, SHARES[name])
        one = found.intervals[name]
        assert (one.low, one.high) == (limits.low, limits.high)
        assert one.value == getattr(found, name)
        assert one.low <= one.value <= one.high


def test_two_answers_have_no_limits() -> None:
    one = latency_summary([0.1, 0.2], 0).intervals["p50_s"]
    assert (one.low, one.high) == (0.0, inf)


def test_the_interval_holds_the_quantile_as_often_as_it_says() -> None:
    middle, held = 0.1, 0
    for seed in range(400):
        one = latency_summary(sample(60, seed), 0).intervals["p50_s"]
        held += one.low <= middle <= one.high
    assert held / 400 >= 0.93


def test_repeats_of_a_case_are_not_counted_as_more_cases() -> None:
    cases = sample(50)
    once = latency_summary(cases, 0, cases=50)
    repeated = latency_summary([seconds for seconds in cases for _ in range(8)], 0, cases=50)
    for name in ("p50_s", "p90_s"):
        assert repeated.intervals[name].low == pytest.approx(once.intervals[name].low, rel=0.1)
        assert repeated.intervals[name].high == pytest.approx(once.intervals[name].high, rel=0.1)
    naive = latency_summary([seconds for seconds in cases for _ in range(8)], 0)
    assert naive.intervals["p50_s"].high < repeated.intervals["p50_s"].high


def test_nothing_measured_has_no_interval() -> None:
    assert latency_summary([], 3).intervals == {}
    assert latency_summary([0.1, 0.2], 0, cases=0).intervals == {}


def test_every_answer_without_a_time_has_its_reason() -> None:
    found = Tally(Target(name="t", provider="p", model="m"))
    base = StoredAnswer(
        target="t", repeat=0, first_of_pair=True, seq=0, record=None, unsent=None, attempts=1,
        is_replayed=False,
    )  # fmt: skip
    ways = [
        ("retried", replace(base, attempts=3)),
        ("moved", replace(base, is_moved=True, attempts=2)),
        ("bundled", replace(base, batched=4, is_moved=True)),
        ("replayed", replace(base, is_replayed=True)),
        ("held back", replace(base, is_held_back=True, attempts=2)),
        ("cached", base),
        ("cached", base),
    ]
    for number, (_, answer) in enumerate(ways):
        untimed = replace(record("P", number, None, None), latency_s=None)
        found.add(f"c{number}", untimed)
        found.add_sent(answer, untimed)
    timed = replace(record("P", 9, None, None), latency_s=0.2)
    found.add("c9", timed)
    found.add_sent(replace(base, attempts=1), timed)
    summary = found.view().latency
    assert summary.left_out == {
        "retried": 1, "moved": 1, "bundled": 1, "replayed": 1, "held back": 1, "cached": 2,
    }  # fmt: skip
    assert sum(summary.left_out.values()) == summary.excluded == 7
