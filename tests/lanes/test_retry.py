"""Waits are as long as the server asks, within bounds, and nothing a header says breaks them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.exchange import Attempt, Fault, Response
from harness.faults import fault_of
from harness.lanes.retry import LONGEST_WAIT_S, GiveUp, next_wait_s, retry_after_s

NOW = 1_800_000_000.0


def refused(status: int = 429, body: bytes = b"", **headers: str) -> Attempt:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Response(status=status, headers=named, body=body)
    return Attempt(response=response, fault=fault_of(response))


CUT = Attempt(fault=Fault(kind="truncated", message="cut", is_transient=True))


def wait_after(*attempts: Attempt, most: int = 3, seed: int = 1) -> float | GiveUp:
    return next_wait_s(attempts, most, Random(seed), NOW)


def in_date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(NOW + seconds, tz=UTC), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0.02"}, 0.02),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": in_date(30)}, 30.0),
        ({"retry-after": in_date(30).replace("GMT", "-0000")}, 30.0),
        ({"retry-after": in_date(-30)}, None),
        ({"retry-after": "0"}, None),
    ],
)
def test_what_a_server_asks_for_is_read(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after_s(headers, NOW) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-5", "nan", "inf", "1e999", "1, 2", "1_000", "２", "0x10", "9" * 400, "1 2",
     "Mon, 99 Foo", "\x00", "Fri, 31 Dec 9999 23:59:59 -2359", "Sat, 01 Jan 0001 00:00:00 +2359"],
)  # fmt: skip
def test_garbage_asks_for_nothing_or_for_what_is_refused(text: str) -> None:
    asked = retry_after_s({"retry-after": text}, NOW)
    assert asked is None or asked > LONGEST_WAIT_S
    wait = wait_after(refused(retry_after=text))
    assert isinstance(wait, GiveUp) or 0.25 <= wait <= 0.5


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+.*"))
@settings(max_examples=400, deadline=None)
def test_no_header_breaks_the_reader(text: str) -> None:
    for name in ("retry-after", "retry-after-ms"):
        asked = retry_after_s({name: text}, NOW)
        assert asked is None or 0 < asked < float("inf")


def test_the_wait_is_what_was_asked_for_and_at_most_a_tenth_more() -> None:
    waits = [wait_after(refused(retry_after="10"), seed=seed) for seed in range(50)]
    assert all(isinstance(wait, float) and 10.0 <= wait <= 11.0 for wait in waits)
    assert len(set(waits)) > 10


@pytest.mark.parametrize("text", ["61", "86400", in_date(timedelta(days=1).total_seconds())])
def test_a_server_that_asks_for_more_than_a_minute_is_not_waited_for(text: str) -> None:
    wait = wait_after(refused(retry_after=text))
    assert isinstance(wait, GiveUp)
    assert "asks to wait" in wait.reason
    assert "longer than 60 s" in wait.reason


def test_where_nobody_is_answered_meanwhile_a_longer_wait_is_kept_too() -> None:
    wait = next_wait_s((refused(retry_after="120"),), 3, Random(1), NOW, 310.0)
    assert isinstance(wait, float)
    assert 120.0 <= wait <= 132.0
    wait = next_wait_s((refused(retry_after="311"),), 3, Random(1), NOW, 310.0)
    assert wait == GiveUp(reason="the server asks to wait 311 s, longer than 310 s")


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [("20.0", 20, 22), ("1e5", 60, 66), ("0.5", 0.5, 0.55), ("0", 0.25, 0.5), ("-3", 0.25, 0.5),
     ("true", 0.25, 0.5), ('"20"', 0.25, 0.5), ("null", 0.25, 0.5), ("1e9", 0.25, 0.5)],
)  # fmt: skip
def test_a_loading_model_is_given_the_time_it_says_it_needs(
    estimate: str, low: float, high: float
) -> None:
    body = f'{{"error":"Model x is currently loading","estimated_time":{estimate}}}'.encode()
    wait = wait_after(refused(503, body))
    assert isinstance(wait, float)
    assert low <= wait <= high


def test_an_estimate_counts_only_for_a_model_that_loads() -> None:
    wait = wait_after(refused(500, b'{"error":"x","estimated_time":20.0}'))
    assert isinstance(wait, float)
    assert wait <= 0.5


@given(st.integers(1, 40), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_backoff_doubles_from_half_a_second_to_eight_with_half_of_it_jitter(
    tries: int, seed: int
) -> None:
    wait = next_wait_s((CUT,) * tries, 100, Random(seed), NOW)
    full = min(0.5 * 2 ** (tries - 1), 8.0)
    assert isinstance(wait, float)
    assert full / 2 <= wait <= full


@given(
    st.lists(st.sampled_from(["ok", "cut", "429", "404"]), min_size=1, max_size=6),
    st.integers(1, 6),
)
@settings(max_examples=200, deadline=None)
def test_never_more_attempts_than_allowed_and_none_after_an_end(
    kinds: list[str], most: int
) -> None:
    made = {"ok": Attempt(response=Response(status=200)), "cut": CUT,
            "429": refused(), "404": refused(404)}  # fmt: skip
    wait = wait_after(*(made[kind] for kind in kinds), most=most)
    goes_on = kinds[-1] in {"cut", "429"} and len(kinds) < most
    assert isinstance(wait, float) == goes_on


def test_giving_up_says_after_how_many_attempts() -> None:
    assert wait_after(CUT, CUT, CUT) == GiveUp(reason="gave up after 3 attempts")
    assert wait_after(CUT, most=1) == GiveUp()


def test_a_wait_that_was_kept_in_vain_is_followed_by_one_of_backoff_at_least() -> None:
    first, again = refused(retry_after="0.1"), refused(retry_after="0.1")
    assert 0.1 <= wait_after(first) <= 0.11
    assert 0.5 <= wait_after(first, again) <= 0.55
    longer = refused(retry_after="3")
    assert 3.0 <= wait_after(first, longer) <= 3.3


def test_what_stands_beside_an_answer_that_broke_off_is_no_wait() -> None:
    """Some hosts say `retry-after: 2` with every answer."""
    response = Response(status=200, headers={"retry-after": "50"}, body=b"data: 1")
    assert wait_after(Attempt(response=response, fault=CUT.fault)) <= 0.5
