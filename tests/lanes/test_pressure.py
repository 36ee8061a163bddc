"""Concurrency towards an origin falls fast and recovers."""

import heapq
from random import Random

import pytest

from harness.lanes.pressure import Pressure


def test_a_cut_is_by_a_third_at_most_once_a_second_and_never_below_one_unasked() -> None:
    pressure = Pressure(100)
    for _ in range(50):
        pressure.overwhelmed(10.0)
    assert pressure.limit == 70
    pressure.overwhelmed(10.9)
    assert pressure.limit == 70
    for second in range(11, 60):
        pressure.overwhelmed(float(second))
    assert pressure.limit == 1
    pressure.start(60.0)
    pressure.end()
    assert pressure.wait_s(60.0) <= 1.0  # nothing was answered: slower would not help


def test_the_limit_grows_back_only_while_it_is_used() -> None:
    pressure = Pressure(10)
    pressure.answered(0.0)
    pressure.overwhelmed(0.0)
    for second in range(100):
        pressure.answered(float(second))
    assert pressure.limit == 8
    for _ in range(8):
        pressure.start(0.0)
    for tenth in range(1000, 1040):
        pressure.answered(tenth / 10)
        while pressure.may_start(tenth / 10):
            pressure.start(tenth / 10)
    assert pressure.limit == 10


@pytest.mark.parametrize("hard", [1, 2, 5, 20, 50])
def test_it_settles_near_what_the_server_bears(hard: int) -> None:
    pressure, dice, now = Pressure(100), Random(1), 0.0
    running: list[tuple[float, float, bool]] = []
    held: list[int] = []
    refused = calls = 0
    while now < 120:
        while pressure.may_start(now):
            is_good = sum(good for _, _, good in running) < hard
            pressure.start(now)
            took_s = 0.1 + 0.02 * dice.random() if is_good else 0.5  # a refusal waits its turn
            heapq.heappush(running, (now + took_s, now, is_good))
            if now > 60:
                calls, refused = calls + 1, refused + (not is_good)
                held.append(sum(good for _, _, good in running))
        if not running or (pressure.wait_s(now) and running[0][0] > now + pressure.wait_s(now)):
            now += pressure.wait_s(now)
            continue
        now, sent_at, is_good = heapq.heappop(running)
        (pressure.answered if is_good else pressure.overwhelmed)(now, sent_at)
        pressure.end()
    assert 0.7 * hard <= sum(held) / len(held) <= 1.05 * hard
    assert refused / calls < 0.13


@pytest.mark.parametrize("per_s", [1, 5, 20])
@pytest.mark.parametrize("service_s", [0.02, 0.4])
def test_what_a_server_bears_a_second_is_found_below_one_in_flight_too(
    per_s: float, service_s: float
) -> None:
    """Its last second or two hold so many answers; all beyond them are refused at once."""
    pressure, now, served, refused = Pressure(64), 0.0, [0.0], 0
    running: list[tuple[float, float, bool]] = []
    span_s = max(1.0, 1.0 / per_s)
    while now < 150:
        while pressure.may_start(now):
            is_good = sum(at > now - span_s for at in served) < per_s * span_s
            if is_good:
                served.append(now)
            elif now > 60:
                refused += 1
            pressure.start(now)
            heapq.heappush(running, (now + (service_s if is_good else 0.001), now, is_good))
        if not running or running[0][0] > now + pressure.wait_s(now) > now:
            now += pressure.wait_s(now)
            continue
        now, sent_at, is_good = heapq.heappop(running)
        (pressure.answered if is_good else pressure.overwhelmed)(now, sent_at)
        pressure.end()
    good = sum(at > 60 for at in served)
    assert good >= 0.7 * per_s * 90
    assert good + refused <= 1.2 * good


def test_a_round_trip_of_refusals_cuts_once() -> None:
    pressure = Pressure(100)
    for _ in range(80):
        pressure.answered(0.05, sent_at=0.0)  # round trips of 50 ms
    for _ in range(80):
        pressure.answered(1.0, sent_at=0.95)
    pressure.overwhelmed(0.06, sent_at=0.05)
    assert pressure.limit == 80
    pressure.overwhelmed(0.2, sent_at=0.055)  # was on its way when the limit was cut
    assert pressure.limit == 80
    pressure.overwhelmed(0.2, sent_at=0.07)
    assert pressure.limit == 56


def test_a_slow_server_is_given_a_second_to_feel_a_cut() -> None:
    pressure = Pressure(100)
    for _ in range(40):
        pressure.answered(3.0, sent_at=0.0)
    pressure.overwhelmed(5.0, sent_at=5.0)
    pressure.overwhelmed(5.9, sent_at=5.5)
    assert pressure.limit == 80
    pressure.overwhelmed(6.1, sent_at=5.5)
    assert pressure.limit == 56


def test_what_waits_to_be_sent_again_waits_for_room_on_the_wire() -> None:
    pressure = Pressure(2)
    pressure.on_the_wire = 2
    assert not pressure.has_room()
    pressure.on_the_wire = 1
    assert pressure.has_room()


def test_a_server_that_refuses_everything_is_left_alone_as_long_as_it_asks() -> None:
    pressure = Pressure(10)
    pressure.overwhelmed(0.0, sent_at=0.0, asked_s=30.0)
    assert not pressure.may_start(29.9)
    assert pressure.may_start(30.0)


def test_one_that_answers_others_meanwhile_is_not() -> None:
    pressure = Pressure(10)
    pressure.answered(0.0, sent_at=0.0)
    pressure.overwhelmed(0.1, sent_at=0.0, asked_s=30.0)
    assert pressure.may_start(0.1)


def test_an_outage_is_over_at_once_and_slows_nobody_down() -> None:
    pressure = Pressure(16)
    for _ in range(16):
        pressure.start(0.0)
    for step in range(1, 200):
        for _ in range(16):
            pressure.answered(step / 20, sent_at=step / 20 - 0.05)
    for tenth in range(100, 400):  # 30 s of 503
        pressure.overwhelmed(tenth / 10, sent_at=tenth / 10 - 0.01, is_rate=False)
    assert pressure.limit == 1
    for _ in range(8):
        pressure.answered(41.0, sent_at=40.95)
    assert pressure.limit >= 7
