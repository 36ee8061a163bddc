"""A target is given up when going on cannot help, and only then."""

import pytest

from harness.data.exchange import Fault, FaultKind
from harness.lanes.pulse import Pulse


def fault(kind: FaultKind, status: int | None = None) -> Fault:
    return Fault(kind=kind, message=f"it was {kind}", status=status)


def missed(
    one: Pulse,
    kind: FaultKind,
    now: float,
    *,
    is_first: bool = True,
    is_look: bool = False,
    **more: float,
) -> str:
    return one.missed(
        fault(kind),
        now,
        more.get("sent_at", now),
        is_unmet=kind == "connect",
        is_first=is_first,
        is_look=is_look,
        asked_s=more.get("asked_s", 0.0),
    )


@pytest.mark.parametrize(("kind", "status"), [("auth", 401), ("billing", 402)])
def test_one_refused_token_or_empty_account_is_enough(kind: FaultKind, status: int) -> None:
    assert Pulse(4).ended(fault(kind, status)) == f"it was {kind}"


@pytest.mark.parametrize("kind", ["connect", "gated", "not_found", "refused", "auth", "billing"])
def test_five_calls_in_a_row_are_enough_and_four_are_not(kind: FaultKind) -> None:
    one = Pulse(4)
    for _ in range(4):
        assert one.ended(fault(kind)) == ""
    assert one.ended(None) == ""
    for _ in range(4):
        assert one.ended(fault(kind)) == ""
    assert one.ended(fault(kind)) == f"5 calls in a row: it was {kind}"


@pytest.mark.parametrize(
    "kind",
    ["config", "connect", "loading", "malformed", "overloaded", "plugin", "rate_limited",
     "timeout", "truncated"],
)  # fmt: skip
def test_of_one_that_answered_no_number_of_calls_alone_is_enough(kind: FaultKind) -> None:
    one = Pulse(4)
    one.answered(0.0)
    for _ in range(500):
        assert missed(one, kind, 29.9) == ""
        assert one.ended(fault(kind)) == ""


def test_nobody_there_for_half_a_minute_is_enough() -> None:
    one = Pulse(4)
    one.answered(100.0)
    for _ in range(4):
        assert missed(one, "connect", 135.0, is_first=False) == ""
    said = missed(one, "connect", 135.0, is_first=False)
    assert said == "nobody there for 35 s, 5 attempts: it was connect"


def test_an_answer_in_between_starts_the_count_again() -> None:
    one = Pulse(4)
    one.answered(0.0)
    for now in range(1000):
        assert missed(one, "overloaded", float(now)) == ""
        if now % 50 == 0:
            one.answered(float(now))


@pytest.mark.parametrize(
    ("kind", "patience_s"),
    [
        ("overloaded", 60.0),
        ("truncated", 60.0),
        ("timeout", 60.0),
        ("loading", 300.0),
        ("rate_limited", 300.0),
    ],
)
@pytest.mark.parametrize(("concurrency", "enough"), [(1, 10), (4, 10), (8, 16)])
def test_many_calls_and_much_time_without_an_answer_are_enough_and_neither_alone(
    kind: FaultKind, patience_s: float, concurrency: int, enough: int
) -> None:
    one = Pulse(concurrency)
    one.answered(0.0)
    for _ in range(enough - 1):
        assert missed(one, kind, 2 * patience_s) == ""
    for _ in range(50):  # other attempts of the same calls
        assert missed(one, kind, 2 * patience_s, is_first=False) == ""
    assert missed(one, kind, patience_s - 1) == ""
    said = missed(one, kind, patience_s)
    assert said == f"no answer for {patience_s:.0f} s, {enough + 1} calls: it was {kind}"


def test_kinds_that_take_turns_are_one_silence() -> None:
    one = Pulse(4)
    for number in range(9):
        kind: FaultKind = "connect" if number % 2 else "truncated"
        assert one.ended(fault(kind)) == ""
        assert missed(one, kind, float(number)) == ""
    assert missed(one, "connect", 30.0) == "nobody there for 30 s, 5 attempts: it was connect"


@pytest.mark.parametrize(
    ("kind", "patience_s"), [("overloaded", 60.0), ("loading", 300.0), ("rate_limited", 300.0)]
)
def test_where_one_call_looks_for_all_its_patience_alone_is_enough(
    kind: FaultKind, patience_s: float
) -> None:
    one = Pulse(100)
    one.answered(0.0)
    assert missed(one, kind, patience_s - 1, is_look=True) == ""
    said = missed(one, kind, patience_s, is_look=True)
    assert said == f"no answer for {patience_s:.0f} s, 2 calls: it was {kind}"


def test_who_says_that_it_is_asked_too_much_is_there() -> None:
    one = Pulse(4)
    for now in range(4):
        assert missed(one, "connect", float(now)) == ""
    assert missed(one, "rate_limited", 40.0) == ""
    assert missed(one, "connect", 50.0) == ""
    assert one.has_answered


@pytest.mark.parametrize("kind", ["overloaded", "timeout", "truncated"])
def test_one_word_of_another_kind_does_not_take_back_the_patience_promised(kind: FaultKind) -> None:
    one = Pulse(4)
    one.answered(0.0)
    assert missed(one, "rate_limited", 1.0) == ""
    assert missed(one, kind, 299.0, is_look=True) == ""
    assert missed(one, kind, 300.0, is_look=True).startswith("no answer for 300 s")
    one.answered(400.0)
    assert missed(one, kind, 459.0, is_look=True) == ""
    assert missed(one, kind, 460.0, is_look=True).startswith("no answer for 60 s")


@pytest.mark.parametrize(("asked_s", "patience_s"), [(30.0, 60.0), (90.0, 90.0), (900.0, 310.0)])
def test_who_asks_to_be_left_alone_is_not_given_up_before_that(
    asked_s: float, patience_s: float
) -> None:
    one = Pulse(4)
    one.answered(0.0)
    assert missed(one, "overloaded", 1.0, asked_s=asked_s) == ""
    assert missed(one, "overloaded", patience_s - 1, is_look=True) == ""
    assert missed(one, "overloaded", patience_s, is_look=True) != ""


def test_a_look_that_was_sent_before_the_last_answer_says_nothing_any_more() -> None:
    one = Pulse(4)
    one.answered(50.0)
    assert missed(one, "timeout", 120.0, is_look=True, sent_at=10.0) == ""
    assert missed(one, "timeout", 120.0, is_look=True, sent_at=60.0) != ""
