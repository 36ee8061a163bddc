"""Concurrency and rate stay under their caps, fall fast and recover."""

import heapq
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.limiter import Limiter, Pressure


def test_calls_in_flight_stop_at_the_ceiling() -> None:
    limiter = Limiter(ceiling=3, rate=None)
    for _ in range(3):
        assert limiter.may_start(0.0)
        limiter.start(0.0)
    assert not limiter.may_start(0.0)
    limiter.end()
    assert limiter.may_start(0.0)


def test_a_cut_is_by_a_third_at_most_once_a_second_and_never_below_one() -> None:
    pressure = Pressure(100)
    for _ in range(50):
        pressure.overwhelmed(10.0)
    assert pressure.limit == 70
    pressure.overwhelmed(10.9)
    assert pressure.limit == 70
    for second in range(11, 60):
        pressure.overwhelmed(float(second))
    assert pressure.limit == 1


def test_the_limit_grows_back_only_while_it_is_used() -> None:
    pressure = Pressure(10)
    pressure.overwhelmed(0.0)
    for second in range(100):
        pressure.answered(float(second))
    assert pressure.limit == 7
    for _ in range(7):
        pressure.start()
    for tenth in range(1000, 1040):
        pressure.answered(tenth / 10)
        while pressure.may_start(0.0):
            pressure.start()
    assert pressure.limit == 10


@pytest.mark.parametrize("hard", [5, 20, 50])
def test_it_settles_near_what_the_server_bears(hard: int) -> None:
    pressure, dice, now = Pressure(100), Random(1), 0.0
    running: list[tuple[float, bool]] = []
    held: list[int] = []
    refused = calls = 0
    while now < 120:
        while pressure.may_start(now):
            is_good = sum(good for _, good in running) < hard
            pressure.start()
            took_s = 0.1 + 0.02 * dice.random() if is_good else 0.5  # a refusal waits its turn
            heapq.heappush(running, (now + took_s, is_good))
            if now > 60:
                calls, refused = calls + 1, refused + (not is_good)
                held.append(sum(good for _, good in running))
        now, is_good = heapq.heappop(running)
        pressure.answered(now) if is_good else pressure.overwhelmed(now)
        pressure.end()
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


def test_without_a_rate_a_call_is_due_when_it_starts() -> None:
    limiter = Limiter(ceiling=2, rate=None)
    assert [limiter.start(3.0), limiter.start(9.5)] == [3.0, 9.5]


def test_with_a_rate_calls_are_due_by_the_schedule_however_slow_the_server() -> None:
    limiter = Limiter(ceiling=1, rate=10.0)
    due = []
    for now in (5.0, 6.0, 7.0):
        assert limiter.may_start(now)
        due.append(limiter.start(now))
        limiter.end()
    assert due == pytest.approx([5.0, 5.1, 5.2])


def test_a_call_that_starts_early_by_rounding_is_due_when_it_starts() -> None:
    limiter = Limiter(ceiling=1, rate=3.0)
    for now in (0.0, 1 / 3, 2 / 3, 1.0):
        assert limiter.start(now) <= now
        limiter.end()


def test_a_quota_that_is_used_up_holds_calls_until_it_is_renewed() -> None:
    pressure = Pressure(10)
    pressure.start()
    pressure.quota(2, 5.0, now=100.0)
    assert pressure.may_start(100.0)
    pressure.start()
    assert pressure.may_start(100.0)
    pressure.start()
    assert not pressure.may_start(104.9)
    assert pressure.wait_s(101.0) == 4.0
    assert pressure.may_start(105.0)


def test_calls_in_flight_are_taken_off_a_quota() -> None:
    pressure = Pressure(10)
    for _ in range(4):
        pressure.start()
    pressure.quota(3, 5.0, now=0.0)
    assert not pressure.may_start(0.0)


def test_a_retry_takes_from_the_quota_too() -> None:
    pressure = Pressure(10)
    pressure.start()
    pressure.quota(1, 5.0, now=0.0)
    pressure.start_again()
    assert not pressure.may_start(0.0)


def test_a_round_trip_of_refusals_cuts_once() -> None:
    pressure = Pressure(100)
    for _ in range(40):
        pressure.answered(0.05, sent_at=0.0)  # round trips of 50 ms
    pressure.overwhelmed(1.0, sent_at=0.9)
    assert pressure.limit == 70
    pressure.overwhelmed(1.2, sent_at=0.99)  # was on its way when the limit was cut
    assert pressure.limit == 70
    pressure.overwhelmed(1.2, sent_at=1.05)
    assert pressure.limit == 49


def test_a_slow_server_is_given_a_second_to_feel_a_cut() -> None:
    pressure = Pressure(100)
    for _ in range(40):
        pressure.answered(3.0, sent_at=0.0)
    pressure.overwhelmed(5.0, sent_at=5.0)
    pressure.overwhelmed(5.9, sent_at=5.5)
    assert pressure.limit == 70
    pressure.overwhelmed(6.1, sent_at=5.5)
    assert pressure.limit == 49


def test_what_waits_to_be_sent_again_waits_for_room_on_the_wire() -> None:
    pressure = Pressure(2)
    pressure.on_the_wire = 2
    assert not pressure.has_room()
    pressure.on_the_wire = 1
    assert pressure.has_room()
