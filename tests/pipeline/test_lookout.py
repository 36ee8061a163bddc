"""Whoever calls never waits for a look at the gates, and starts no more while one takes long."""

import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.data.call import Slot
from harness.data.exchange import Fault, Unsent
from harness.data.noun import replace
from harness.data.record import Record
from harness.data.suite import Case
from harness.judging.room import MOST_HERE
from harness.pipeline.calls import _keep_needless, _needed, _room
from harness.pipeline.lookout import Lookout
from harness.pipeline.monitor import Monitor, Unwatched
from harness.stages.judge import Judge
from tests.judging.test_here import case, exchange
from tests.pipeline.test_calls import around
from tests.store import nouns

__all__ = ["around"]


class Slow:
    """A monitor whose looks last until they may end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.is_looking = threading.Event()
        self.taken: list[int] = []
        self.reason = ""
        self.error: Exception | None = None

    def settled(self) -> str:
        return self.reason

    def take(self, _case: Case, seq: int, *_rest: object) -> None:
        self.is_looking.set()
        assert self.may_end.wait(20)
        if self.error is not None:
            raise self.error
        self.taken.append(seq)
        self.reason = "enough" if seq == 6 else self.reason

    def missed(self, slot: Slot, unsent: Unsent) -> object:
        return Monitor.missed(cast("Monitor", self), slot, unsent)


def lookout(slow: Slow, enough: int = 4) -> Lookout:
    return Lookout(cast("Monitor", slow), enough)


def slot(seq: int) -> Slot:
    return Slot(seq=seq, case=case(seq), target="t", repeat=0, first_of_pair=True)


def until_taken(slow: Slow, count: int) -> None:
    until = time.monotonic() + 10
    while len(slow.taken) < count:
        assert time.monotonic() < until


def ask_for(one: Lookout, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one.settled()


def test_outcomes_are_taken_while_a_look_lasts_and_no_more_calls_are_started() -> None:
    slow = Slow()
    with lookout(slow) as one:
        assert one.has_room()
        for seq in range(6):
            one.take(case(seq), seq, "t", 0, Record(seq=seq))
        fault = Fault(kind="plugin", message="not built")
        one.miss(slot(6), Unsent(seq=6, cause="not built", reason="x", fault=fault))
        one.miss(slot(7), Unsent(seq=7, cause="settled", reason="x"))
        assert not one.has_room()
        assert one.settled() == ""
        slow.may_end.set()
        until_taken(slow, 7)
        assert slow.taken == [*range(7)]
        assert one.has_room()
        assert one.settled() == "enough"


def test_what_goes_wrong_in_a_look_reaches_the_caller() -> None:
    slow = Slow()
    slow.error = OSError("no more memory")
    slow.may_end.set()
    with lookout(slow) as one:
        one.take(case(0), 0, "t", 0, None)
        with pytest.raises(OSError, match="no more memory"):
            ask_for(one, 10)


def test_the_end_of_a_run_does_not_wait_for_a_look() -> None:
    slow = Slow()
    with lookout(slow) as one:
        for seq in range(6):
            one.take(case(seq), seq, "t", 0, Record(seq=seq))
        assert slow.is_looking.wait(10)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    slow.may_end.set()
    one._thread.join(10)
    assert slow.taken == [0]


def test_once_settled_nothing_more_is_taken_from_the_plan_before_calls_have_ended() -> None:
    slow, stop = Slow(), threading.Event()
    planned = map(slot, range(100))
    needed = _needed(planned, cast("Lookout", slow))
    assert [next(needed).seq for _ in range(3)] == [0, 1, 2]
    slow.reason = "enough"
    assert next(needed, None) is None
    kept: list[int] = []

    def keep(_slot: Slot, unsent: Unsent) -> None:
        assert (unsent.cause, unsent.reason) == ("settled", "enough")
        kept.append(unsent.seq)
        if len(kept) == 90:
            stop.set()

    _keep_needless(planned, "enough", keep, stop)
    assert kept == [*range(3, 93)]  # the rest stays pending


def test_where_nobody_watches_all_of_the_plan_is_needed() -> None:
    assert [one.seq for one in _needed(map(slot, range(5)), Unwatched())] == [*range(5)]


@pytest.mark.parametrize("stop", ["early", "end"])
def test_what_is_in_flight_never_waits_for_a_judge(stop: Any, around: Any) -> None:
    may_judge, delivered = threading.Event(), list[int]()

    def judge(_case: Case, one: Any) -> Record:
        assert may_judge.wait(20)
        return Record(seq=one.seq)

    def deliver(_case: Case, one: Any, _record: Record, *, is_kept: bool = False) -> None:
        assert not is_kept
        delivered.append(one.seq)

    suite = nouns.suite()
    suite = replace(suite, run=replace(suite.run, stop=stop, concurrency=300, batch=2))
    in_flight = 300 * 2 * len(suite.targets)

    def start() -> Any:
        raise AssertionError

    judged = cast("Judge", SimpleNamespace(judge=judge))
    room = _room(suite, judged, start, lambda *_: None, deliver, around, 1)
    seq = 0
    while room.has_room():
        room.put(case(seq), exchange(seq))
        seq += 1
    assert seq <= in_flight + 2 if stop == "early" else seq >= MOST_HERE // 2
    began = time.monotonic()
    for _ in range(in_flight - 1):  # what was sent when there was room
        room.put(case(seq), exchange(seq))
        seq += 1
    assert time.monotonic() - began < 0.2 * 10  # each that waits does so for 0.2 s at a time
    may_judge.set()
    room.close()
    assert delivered == [*range(seq)]
