"""Which times of an exchange measure the model, and which what a user would have waited."""

from typing import Any

import pytest

from harness.data.exchange import Attempt, Exchange, Fault, FaultKind, Response, Timings
from harness.data.noun import replace


def attempt(
    seconds: float,
    kind: FaultKind | None = None,
    *,
    status: int | None = 503,
    queue_s: float = 0.0,
    waited_s: float = 0.0,
    is_transient: bool = True,
    held_back_s: float = 0.0,
) -> Attempt:
    timings = Timings(queue_s=queue_s, total_s=seconds, held_back_s=held_back_s)
    if kind is None:
        return Attempt(response=Response(status=200), timings=timings, waited_s=waited_s)
    fault = Fault(kind=kind, message="no", status=status, is_transient=is_transient)
    return Attempt(fault=fault, timings=timings, waited_s=waited_s)


def late(seconds: float, **more: Any) -> Attempt:
    return attempt(seconds, "timeout", status=None, **more)


def exchange(*attempts: Attempt, **more: Any) -> Exchange:
    given: dict[str, Any] = {
        "seq": 0,
        "target": "t",
        "repeat": 0,
        "url": "https://lab.example/x",
        "method": "POST",
        "request_body": b"{}",
        "attempts": attempts,
        "transport": "curl",
    }
    return Exchange(**(given | more))


BUSY = attempt(0.5, "overloaded", queue_s=1.0)
MENDED = attempt(0.25, queue_s=0.125, waited_s=5.0)


@pytest.mark.parametrize(
    ("attempts", "latency_s", "response_s"),
    [
        ([attempt(0.25, queue_s=2.0)], 0.25, 2.25),
        ([BUSY, MENDED], None, 6.875),  # every wait is in it: for a place, by order, for a place
        ([late(9.0), MENDED], 9.0, 14.375),  # the one is censored, the other is not
        ([BUSY, late(9.0, waited_s=5.0)], None, 15.5),  # censored at the deadline
        ([late(9.0)], 9.0, 9.0),
        ([BUSY, attempt(0.5, "overloaded", waited_s=5.0)], None, None),  # no answer ever came
        ([attempt(0.1, "timeout", status=504)], None, None),  # another's deadline
        ([attempt(0.25, held_back_s=0.1)], None, None),
        ([BUSY, attempt(0.25, waited_s=5.0, held_back_s=0.1)], None, None),
    ],
)
def test_a_user_waits_through_every_attempt_where_the_model_is_timed_by_the_first(
    attempts: list[Attempt], latency_s: float | None, response_s: float | None
) -> None:
    found = exchange(*attempts)
    assert (found.latency_s, found.response_s) == (latency_s, response_s)


@pytest.mark.parametrize("more", [{"transport": "replay"}, {"batched": 2}], ids=str)
def test_what_came_from_a_recording_or_with_others_says_nothing_of_waiting(
    more: dict[str, Any],
) -> None:
    assert exchange(BUSY, MENDED, **more).response_s is None


def test_an_answer_from_a_cache_says_nothing_of_waiting() -> None:
    cached = Response(status=200, headers={"x-compute-type": "cache"})
    assert exchange(replace(MENDED, response=cached)).response_s is None


def test_a_call_that_went_elsewhere_is_what_its_user_waited_for() -> None:
    moved = exchange(BUSY, MENDED, is_moved=True)
    assert (moved.latency_s, moved.response_s) == (None, 6.875)


def test_a_call_that_was_refused_with_others_and_then_asked_alone_has_no_time_in_between() -> None:
    refused = attempt(0.25, "config", status=422, is_transient=False)
    assert exchange(refused, MENDED).response_s is None


def test_times_nobody_took_add_up_to_nothing() -> None:
    assert exchange(replace(MENDED, timings=Timings(total_s=0.25))).response_s is None
