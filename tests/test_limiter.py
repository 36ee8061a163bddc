"""Concurrency and rate stay under their caps, fall fast and recover."""

import heapq
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.limiter import Limiter


def test_calls_in_flight_stop_at_the_ceiling() -> None:
    limiter = Limiter(ceiling=3, rate=None)
    for _ in range(3):
        assert limiter.may_start(0.0)
        limiter.start(0.0)
    assert not limiter.may_start(0.0)
    limiter.end()
    assert limiter.may_start(0.0)


def test_a_cut_is_by_a_third_at_most_once_a_second_and_never_below_one() -> None:
    limiter = Limiter(ceiling=100, rate=None)
    for _ in range(50):
        limiter.overwhelmed(10.0)
    assert limiter.limit == 70
    limiter.overwhelmed(10.9)
    assert limiter.limit == 70
    for second in range(11, 60):
        limiter.overwhelmed(float(second))
    assert limiter.limit == 1


def test_the_limit_grows_back_only_while_it_is_used() -> None:
    limiter = Limiter(ceiling=10, rate=None)
    limiter.overwhelmed(0.0)
    for second in range(100):
        limiter.answered(float(second))
    assert limiter.limit == 7
    for _ in range(7):
        limiter.start(0.0)
    for tenth in range(1000, 1040):
        limiter.answered(tenth / 10)
        while limiter.may_start(0.0):
            limiter.start(0.0)
    assert limiter.limit == 10


@pytest.mark.parametrize("hard", [5, 20, 50])
def test_it_settles_near_what_the_server_bears(hard: int) -> None:
    limiter, dice, now = Limiter(ceiling=100, rate=None), Random(1), 0.0
    running: list[tuple[float, bool]] = []
    held: list[int] = []
    refused = calls = 0
    while now < 120:
        while limiter.may_start(now):
            is_good = sum(good for _, good in running) < hard
            limiter.start(now)
            took_s = 0.1 + 0.02 * dice.random() if is_good else 0.5  # a refusal waits its turn
            heapq.heappush(running, (now + took_s, is_good))
            if now > 60:
                calls, refused = calls + 1, refused + (not is_good)
                held.append(sum(good for _, good in running))
        now, is_good = heapq.heappop(running)
        limiter.answered(now) if is_good else limiter.overwhelmed(now)
        limiter.end()
    assert 0.6 * hard <= sum(held) / len(held) <= 1.05 * hard
    assert refused / calls < 0.05


@given(
    st.floats(0.5, 200),
    st.lists(st.floats(0, 2, allow_subnormal=False), min_size=20, max_size=80),
)
@settings(max_examples=150, deadline=None)
def test_no_second_holds_more_starts_than_the_rate(rate: float, gaps: list[float]) -> None:
    limiter, now, starts = Limiter(ceiling=10_000, rate=rate), 0.0, []
    for gap in gaps:
        now += gap / rate
        if limiter.may_start(now):
            limiter.start(now)
            starts.append(now)
        assert limiter.wait_s(now) <= 2.0 / rate + 1e-9
    for first, at in enumerate(starts):
        within = sum(at <= other < at + 1.0 for other in starts[first:])
        assert within <= rate + 2


def test_the_rate_is_reached() -> None:
    limiter, now, starts = Limiter(ceiling=10, rate=10.0), 0.0, 0
    while now < 10:
        if limiter.may_start(now):
            limiter.start(now)
            limiter.end()
            starts += 1
        now += 0.003  # a loop that comes a little late each time
    assert 98 <= starts <= 101


def test_another_attempt_takes_its_turn_without_a_place() -> None:
    limiter = Limiter(ceiling=1, rate=1.0)
    limiter.start(0.0)
    limiter.start_again(1.0)
    assert limiter.in_flight == 1
    assert limiter.wait_s(1.0) == 1.0
