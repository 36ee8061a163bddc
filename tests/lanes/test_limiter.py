"""Calls in flight, calls per second and tokens per minute stay under their caps."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.lanes.limiter import Limiter

CATCH_UP_S = 10.0


def test_calls_in_flight_stop_at_the_ceiling() -> None:
    limiter = Limiter(ceiling=3, rate=None)
    for _ in range(3):
        assert limiter.may_start(0.0)
        limiter.start(0.0)
    assert not limiter.may_start(0.0)
    limiter.end()
    assert limiter.may_start(0.0)


@given(
    st.floats(0.5, 200),
    st.lists(st.floats(0, 40, allow_subnormal=False), min_size=20, max_size=80),
)
@settings(max_examples=150, deadline=None)
def test_no_span_holds_more_starts_than_the_rate_and_what_may_be_caught_up(
    rate: float, gaps: list[float]
) -> None:
    limiter, now, starts = Limiter(ceiling=10_000, rate=rate), 0.0, []
    for gap in gaps:
        now += gap / rate
        while limiter.may_start(now) and len(starts) < 500:
            limiter.start(now)
            starts.append(now)
        assert limiter.wait_s(now) <= 1.0 / rate + 1e-9
    for span_s in (1.0, 60.0):
        for first, at in enumerate(starts):
            within = sum(at <= other < at + span_s for other in starts[first:])
            assert within <= rate * (span_s + CATCH_UP_S) + 2
    assert len(starts) <= rate * now + 1.000001  # never ahead of the schedule


def test_the_rate_is_reached() -> None:
    limiter, now, starts = Limiter(ceiling=10, rate=10.0), 0.0, 0
    while now < 10:
        if limiter.may_start(now):
            limiter.start(now)
            limiter.end()
            starts += 1
        now += 0.003  # a loop that comes a little late each time
    assert 98 <= starts <= 101


def test_what_was_due_while_the_server_was_slow_follows_at_once() -> None:
    limiter = Limiter(ceiling=1, rate=10.0)
    due = []
    limiter.start(5.0)
    limiter.end()
    for now in (6.0, 6.0, 6.0):
        assert limiter.may_start(now)
        due.append(limiter.start(now))
        limiter.end()
    assert due == pytest.approx([5.1, 5.2, 5.3])


def test_after_a_long_stall_ten_seconds_are_caught_up_and_the_rest_stays_late() -> None:
    limiter, at_once = Limiter(ceiling=1000, rate=2.0), 0
    limiter.start(0.0)
    while limiter.may_start(100.0):
        due = limiter.start(100.0)
        at_once += 1
    assert at_once == 21
    assert due == pytest.approx(0.5 * 21)  # its place in the schedule, all the same


def test_time_in_which_nothing_waits_is_not_caught_up_and_makes_nobody_late() -> None:
    limiter = Limiter(ceiling=4, rate=10.0, tokens_per_minute=600.0)
    limiter.start(0.0, 1.0)
    limiter.rest(5.0)
    assert limiter.start(5.0, 1.0) == 5.0
    assert not limiter.may_start(5.05)


def test_a_full_house_is_not_rest() -> None:
    limiter = Limiter(ceiling=1, rate=10.0)
    limiter.start(0.0)
    limiter.rest(5.0)
    limiter.end()
    assert limiter.start(5.0) == pytest.approx(0.1)


def test_another_attempt_takes_its_turn_without_a_place() -> None:
    limiter = Limiter(ceiling=1, rate=1.0)
    limiter.start(0.0)
    limiter.start_again(1.0)
    assert limiter.in_flight == 1
    assert limiter.wait_s(1.0) == 1.0
    limiter.end()
    assert limiter.start(2.0) == 2.0  # put off by it, and so not late


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


@pytest.mark.parametrize("error", [0.25, 1.0, 4.0])
def test_tokens_of_any_minute_are_those_allowed_though_reckoned_wrongly(error: float) -> None:
    """Calls of 100 to 300 tokens, reckoned at `error` of that, answered within a second."""
    allowed, dice, now = 6000.0, Random(3), 0.0
    limiter = Limiter(ceiling=8, rate=None, tokens_per_minute=allowed)
    taken: list[tuple[float, float]] = []
    flying: list[tuple[float, float]] = []
    while now < 400:
        now += 0.01
        while flying and flying[0][0] <= now:
            _, tokens = flying.pop(0)
            limiter.took(tokens, expected=tokens * error, reckoned=tokens * error)
            limiter.end()
        while limiter.may_start(now):
            tokens = dice.uniform(100, 300)
            limiter.start(now, tokens * error)
            taken.append((now, tokens))
            flying.append((now + 1.0, tokens))
    for start in range(60, 340):
        within = sum(tokens for at, tokens in taken if start <= at < start + 60)
        assert 0.9 * allowed <= within <= 1.05 * allowed + 8 * 300


def test_what_a_question_does_not_show_is_expected_from_the_answers_before() -> None:
    """Recordings of 1,010 tokens, of which nothing is reckoned; answered after a second."""
    limiter, now, starts = Limiter(ceiling=4, rate=None, tokens_per_minute=60_600.0), 0.0, []
    flying: list[tuple[float, float]] = []
    while now < 100:
        now += 0.01
        while flying and flying[0][0] <= now:
            limiter.took(1010.0, expected=flying.pop(0)[1], reckoned=0.0)
            limiter.end()
        while limiter.may_start(now):
            expected = limiter.expected(0.0)
            limiter.start(now, expected)
            starts.append(now)
            flying.append((now + 1.0, expected))
    assert starts[:4] == [starts[0]] * 4  # nothing is known of the first
    later = starts[4:]
    assert [after - before for before, after in pairwise(later)] == pytest.approx(
        [1.0] * (len(later) - 1), abs=0.02
    )


def test_answers_that_do_not_say_what_they_took_took_what_was_expected() -> None:
    limiter = Limiter(ceiling=4, rate=None, tokens_per_minute=600.0)
    limiter.start(0.0, 50.0)
    limiter.took(None, expected=50.0, reckoned=50.0)
    assert limiter.wait_s(0.0) == 5.0
    assert limiter.expected(50.0) == 50.0


def test_answers_that_took_less_than_their_bound_do_not_loosen_it() -> None:
    limiter = Limiter(ceiling=4, rate=None, tokens_per_minute=600.0)
    limiter.start(0.0, 50.0)
    limiter.took(10.0, expected=50.0, reckoned=50.0)
    assert limiter.wait_s(0.0) == 1.0
    assert limiter.expected(50.0) == 50.0


def test_what_the_cap_on_tokens_holds_back_is_not_late() -> None:
    limiter = Limiter(ceiling=8, rate=10.0, tokens_per_minute=600.0)  # ten a second
    assert limiter.start(0.0, 50.0) == 0.0
    assert limiter.wait_s(0.0) == 5.0
    assert limiter.start(5.0, 1.0) == 5.0
    assert limiter.start(7.0, 1.0) == pytest.approx(5.1)
