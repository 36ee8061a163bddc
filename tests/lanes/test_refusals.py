"""A target that refuses every call is asked by one at a time, until it answers."""

from math import inf
from random import Random

import pytest

from harness.data.exchange import Fault, FaultKind
from harness.lanes.refusals import Refusals


def refusal(status: int | None = 429, kind: FaultKind = "rate_limited") -> Fault:
    return Fault(kind=kind, message="no", status=status)


def refused(one: Refusals, now: float, sent_at: float, **more: float | None) -> None:
    one.missed(refusal(), now, sent_at, more.get("asked_s"))


def away(concurrency: int = 8, **more: float | None) -> Refusals:
    """Give one whose target is away since 0.3 s."""
    one = Refusals(concurrency, Random(7))
    for now, sent_at in ((0.01, 0.0), (0.28, 0.27), (0.29, 0.28), (0.3, 0.29)):
        refused(one, now, sent_at, **more)
    assert one.is_away
    return one


def test_calls_that_were_sent_at_one_time_are_one_refusal() -> None:
    one = Refusals(200, Random(7))
    for _ in range(200):
        refused(one, 5.0, 0.0)
    assert not one.is_away


@pytest.mark.parametrize(("concurrency", "enough"), [(1, 1), (2, 2), (3, 3), (100, 3)])
def test_calls_that_are_refused_again_are_enough(concurrency: int, enough: int) -> None:
    one = Refusals(concurrency, Random(7))
    refused(one, 0.0, 0.0)
    for _ in range(enough):
        assert not one.is_away
        refused(one, 1.0, 0.9)
    assert one.is_away


def test_where_others_are_answered_meanwhile_nobody_is_held() -> None:
    one = Refusals(8, Random(7))
    for tenth in range(100):
        refused(one, tenth / 10, tenth / 10 - 0.01)
        if tenth % 2:
            one.answered(tenth / 10)
    assert not one.is_away


def test_a_server_that_answers_now_and_then_is_given_the_time_it_usually_takes() -> None:
    one = Refusals(8, Random(7))
    for third in range(30):
        one.answered(third / 3)
    for moment in (9.8, 9.9, 9.95, 10.3):
        refused(one, moment, moment - 0.01)
        assert not one.is_away
    refused(one, 29 / 3 + 0.71, 10.3)
    assert one.is_away


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, "overloaded"), (502, "overloaded"), (None, "truncated"), (None, "connect"),
     (408, "timeout")],
)  # fmt: skip
def test_faults_that_are_no_refusal_hold_nobody(status: int | None, kind: FaultKind) -> None:
    one = Refusals(8, Random(7))
    for second in range(60):
        one.missed(refusal(status, kind), float(second), second - 0.5, None)
    assert not one.is_away


def test_one_call_looks_and_the_others_wait_for_what_it_finds() -> None:
    one = away()
    wait_s = one.wait_s(0.3)
    assert 0.75 * 0.25 <= wait_s <= 1.25 * 0.25
    assert one.wait_s(0.3 + wait_s) == 0.0
    one.look()
    assert one.wait_s(0.3 + wait_s) == inf
    one.answered(1.0)
    assert not one.is_away
    assert one.wait_s(1.0) == 0.0


def test_looks_in_vain_are_ever_rarer_up_to_twenty_seconds() -> None:
    one, now, rests = away(), 0.3, []
    for _ in range(10):
        rests.append(one.wait_s(now))
        now += one.wait_s(now)
        one.look()
        refused(one, now, now)
    for rest_s, usual_s in zip(rests, (0.25, 0.5, 1, 2, 4, 8, 16, 20, 20, 20), strict=True):
        assert 0.75 * usual_s <= rest_s <= 1.25 * usual_s
    assert len(set(rests[-3:])) == 3


@pytest.mark.parametrize(
    ("asked_s", "wait_s"), [(8.0, 8.0), (0.01, 0.25), (300.0, 300.0), (1e18, 310.0)]
)
def test_what_the_server_asks_for_is_waited_for_as_long_as_limits_are(
    asked_s: float, wait_s: float
) -> None:
    assert away(asked_s=asked_s).wait_s(0.3) == pytest.approx(wait_s, rel=0.25)


def test_a_model_that_is_loading_is_given_two_seconds() -> None:
    one = Refusals(1, Random(7))
    for now in (0.0, 1.0):
        one.missed(refusal(503, "loading"), now, now - 0.01, None)
    assert one.wait_s(1.0) == pytest.approx(2.0, rel=0.25)


def test_a_look_that_finds_nobody_at_all_is_in_vain_too() -> None:
    one = away()
    one.look()
    one.missed(refusal(None, "connect"), 1.0, 0.9, None)
    assert 0 < one.wait_s(1.0) < 1.0


def test_what_was_sent_before_does_not_end_a_look() -> None:
    one = away()
    one.look()
    refused(one, 0.6, 0.2)
    assert one.wait_s(0.6) == inf


@pytest.mark.parametrize(("concurrency", "enough"), [(1, 1), (2, 2), (8, 3)])
def test_where_it_asks_for_long_some_look_at_once_and_then_it_is_waited_for(
    concurrency: int, enough: int
) -> None:
    one = Refusals(concurrency, Random(7))
    refused(one, 0.01, 0.0, asked_s=120.0)
    one.doubt(0.01)
    for number in range(enough):
        assert one.is_away
        assert one.is_doubted
        assert one.wait_s(number + 1.0) == 0.0
        one.look()
        assert one.wait_s(number + 1.0) == inf
        refused(one, number + 1.5, number + 1.0, asked_s=120.0)
        one.doubt(number + 1.5)
    assert one.is_away
    assert not one.is_doubted
    assert one.wait_s(enough + 0.5) == 120.0


def test_an_answer_ends_a_doubt() -> None:
    one = Refusals(8, Random(7))
    refused(one, 0.01, 0.0, asked_s=120.0)
    one.doubt(0.01)
    assert one.are_all
    assert not one.has_answered(0.01)
    one.answered(0.02)
    assert one.has_answered(0.01)
    assert not one.are_all
    assert not one.is_away
    assert not one.is_doubted
