"""Every exchange handed over is judged once, in order, whatever a judge does."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from harness.clock import Clock
from harness.data.exchange import Attempt, Exchange, Response
from harness.data.record import Output, Record
from harness.data.suite import Case
from harness.judging import JudgingRoom


def exchange(seq: int, body: bytes = b"") -> Exchange:
    return Exchange(
        seq=seq,
        target="t",
        repeat=0,
        url="http://127.0.0.1/",
        method="POST",
        request_body=b"",
        attempts=(Attempt(response=Response(status=200, body=body)),),
        transport="fake",
    )


def case(seq: int) -> Case:
    return Case(id=f"c{seq}")


def well(_case: Case, one: Exchange) -> Record:
    return Record(seq=one.seq, output=Output(value=one.seq))


def keep(_one: Exchange, _stored: bytes | None = None) -> None:
    """Store nothing."""


class Ledger:
    """What was delivered, in order."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __call__(
        self, given: Case, one: Exchange, record: Record, *, is_kept: bool = False
    ) -> None:
        assert (given.id, record.seq) == (f"c{one.seq}", one.seq)
        assert not is_kept  # who is given it stores it
        self.records.append(record)

    @property
    def seqs(self) -> list[int]:
        return [record.seq for record in self.records]


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "revgate-judge":
            thread.join(5)
            assert not thread.is_alive()


def test_records_come_in_the_order_exchanges_were_handed_over() -> None:
    ledger = Ledger()
    room = JudgingRoom(well, keep, ledger, Clock())
    for seq in range(3000):  # more than the queue holds
        room.put(case(seq), exchange(seq))
    room.close()
    assert ledger.seqs == list(range(3000))


@pytest.mark.parametrize("error", [ValueError, SystemExit, asyncio.CancelledError, GeneratorExit])
def test_a_judge_that_raises_is_a_fault_of_one_record(error: type[BaseException]) -> None:
    def judge(given: Case, one: Exchange) -> Record:
        if one.seq == 1:
            raise error
        return well(given, one)

    ledger = Ledger()
    room = JudgingRoom(judge, keep, ledger, Clock())
    for seq in range(4):
        room.put(case(seq), exchange(seq))
    room.close()
    assert ledger.seqs == [0, 1, 2, 3]
    assert [record.state for record in ledger.records] == ["passed", "fault", "passed", "passed"]
    fault = ledger.records[1].fault
    assert fault is not None
    assert (fault.kind, error.__name__ in fault.message) == ("plugin", True)


def test_a_judge_that_hangs_is_left_behind_and_the_next_records_are_judged() -> None:
    hanging, release = threading.Event(), threading.Event()

    def judge(given: Case, one: Exchange) -> Record:
        if one.seq in {1, 3}:
            hanging.set()
            assert release.wait(20)
        return well(given, one)

    now = 0.0
    ledger = Ledger()
    room = JudgingRoom(judge, keep, ledger, Clock(monotonic=lambda: now), deadline_s=30.0)
    for seq in range(6):
        room.put(case(seq), exchange(seq))
    assert hanging.wait(5)
    room.watch()
    assert ledger.seqs == [0]
    hanging.clear()
    now = 31.0
    room.watch()
    assert ledger.seqs[:2] == [0, 1]
    assert hanging.wait(5)
    now = 62.0
    room.close()
    assert ledger.seqs == list(range(6))
    faults = [record.seq for record in ledger.records if record.fault]
    assert faults == [1, 3]
    assert "longer than 30 s" in ledger.records[1].fault.message  # type: ignore[union-attr]
    release.set()  # what the late judges say is heard by nobody
    for thread in threading.enumerate():
        if thread.name == "revgate-judge":
            thread.join(5)
    assert ledger.seqs == list(range(6))


def test_what_goes_wrong_in_delivery_reaches_the_caller() -> None:
    def deliver(_case: Case, one: Exchange, _record: Record, *, is_kept: bool = False) -> None:
        raise OSError(f"disk full at {one.seq}")

    room = JudgingRoom(well, keep, deliver, Clock())
    room.put(case(0), exchange(0))
    with pytest.raises(OSError, match="disk full at 0"):
        room.close()


def test_a_full_room_makes_the_caller_wait_and_loses_nothing() -> None:
    gate = threading.Event()

    def judge(given: Case, one: Exchange) -> Record:
        assert gate.wait(10)
        return well(given, one)

    ledger = Ledger()
    room = JudgingRoom(judge, keep, ledger, Clock())
    is_done = threading.Event()

    def fill() -> None:
        for seq in range(1100):
            room.put(case(seq), exchange(seq))
        is_done.set()

    filler = threading.Thread(target=fill, daemon=True)
    filler.start()
    until = time.monotonic() + 5
    while room._jobs.qsize() < 1024:
        assert time.monotonic() < until
    assert not is_done.is_set()
    gate.set()
    filler.join(10)
    room.close()
    assert ledger.seqs == list(range(1100))


def test_a_room_that_has_none_left_is_looked_at_again_soon() -> None:
    """Who calls has nothing else to wake up for: with nothing in flight it would wait idly."""
    gate = threading.Event()

    def judge(given: Case, one: Exchange) -> Record:
        assert gate.wait(10)
        return well(given, one)

    ledger = Ledger()
    room = JudgingRoom(judge, keep, ledger, Clock(), most_waiting=4)
    assert room.has_room()
    assert room.watch() == 0.1
    for seq in range(4):  # one is being judged, three wait
        room.put(case(seq), exchange(seq))
    assert not room.has_room()
    assert room.watch() <= 0.01
    gate.set()
    room.close()
    assert ledger.seqs == [0, 1, 2, 3]


def test_large_answers_wait_outside_until_there_is_room() -> None:
    may_judge, ledger = threading.Event(), Ledger()
    large, huge = bytes(20_000_000), bytes(40_000_000)

    def patient(given: Case, one: Exchange) -> Record:
        assert may_judge.wait(10)
        return well(given, one)

    room = JudgingRoom(patient, keep, ledger, Clock())
    entered: list[int] = []

    def enter() -> None:
        for seq, body in enumerate((large, large, large, huge)):
            room.put(case(seq), exchange(seq, body))
            entered.append(seq)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join(0.3)
    assert entered == [0, 1]  # one is being judged, one waits
    may_judge.set()
    thread.join(10)
    room.close()
    assert entered == ledger.seqs == [0, 1, 2, 3]  # one that is larger than the room waits alone


@pytest.mark.parametrize("hangs", [False, True])
def test_once_it_is_to_stop_no_more_is_judged_than_a_moment_allows(hangs: bool) -> None:
    stop, release, stored = threading.Event(), threading.Event(), list[int]()

    def judge(given: Case, one: Exchange) -> Record:
        release.wait(20 if hangs else 0.1)
        return well(given, one)

    def store(one: Exchange, _stored: bytes | None = None) -> None:
        stored.append(one.seq)

    ledger = Ledger()
    room = JudgingRoom(judge, store, ledger, Clock(), most_waiting=64, stop=stop)
    for seq in range(64):
        room.put(case(seq), exchange(seq))
    stop.set()
    began = time.monotonic()
    for seq in range(64, 128):  # calls in flight end; nobody waits for a place in the room
        room.put(case(seq), exchange(seq))
    assert time.monotonic() - began < 0.5
    room.close()
    assert time.monotonic() - began < 2.5
    assert stored == list(range(128))
    judged = len(ledger.seqs)
    assert judged == 0 if hangs else 0 < judged < 32
    release.set()  # what is judged after that is heard by nobody
    for thread in threading.enumerate():
        if thread.name == "revgate-judge":
            thread.join(5)
    assert ledger.seqs == list(range(judged))


def test_a_room_that_keeps_up_judges_all_though_it_is_to_stop() -> None:
    stop, ledger = threading.Event(), Ledger()
    room = JudgingRoom(well, keep, ledger, Clock(), stop=stop)
    for seq in range(500):
        room.put(case(seq), exchange(seq))
    stop.set()
    room.close()
    assert ledger.seqs == list(range(500))
