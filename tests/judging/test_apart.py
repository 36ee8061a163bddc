"""What is judged in another process is judged once, in order, whatever becomes of that process."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from harness.clock import Clock
from harness.data.exchange import Attempt, Exchange, Response
from harness.data.record import Output, Record
from harness.data.suite import Case
from harness.judging import RoomApart, Sign, Worker
from harness.judging.frames import Job
from harness.store.codec import record_bytes
from harness.store.writer import UnwritableError


def job(seq: int, body: bytes = b"") -> Job:
    attempt = Attempt(response=Response(status=200, body=body))
    return Case(id=f"c{seq}"), Exchange(
        seq=seq, target="t", repeat=0, url="http://127.0.0.1/", method="POST", request_body=b"",
        attempts=(attempt,), transport="fake",
    )  # fmt: skip


def apart(_case: Case, one: Exchange) -> Record:
    return Record(seq=one.seq, output=Output(value="apart"))


def here(_case: Case, one: Exchange) -> Record:
    return Record(seq=one.seq, output=Output(value="here"))


@dataclass
class Ledger:
    """What was delivered, in order, and what was left to this process to store."""

    records: list[Record] = field(default_factory=list)
    kept: dict[int, bytes | None] = field(default_factory=dict)
    """By call: its record as it was stored with it, None where it had none yet."""
    kept_by_others: set[int] = field(default_factory=set)

    def __call__(self, case: Case, one: Exchange, record: Record, *, is_kept: bool = False) -> None:
        assert (case.id, record.seq) == (f"c{one.seq}", one.seq)
        self.records.append(record)
        if is_kept:
            self.kept_by_others.add(one.seq)

    def keep(self, one: Exchange, stored: bytes | None = None) -> None:
        self.kept[one.seq] = stored

    @property
    def seqs(self) -> list[int]:
        return [record.seq for record in self.records]

    def words(self, seq: int) -> str:
        (record,) = (record for record in self.records if record.seq == seq)
        return record.fault.message if record.fault else str(record.output and record.output.value)


def keep(_one: Exchange, _stored: bytes | None = None) -> None:
    """Store nothing."""


class FakeWorker(Worker):
    """Judges at once, in this process; dies or hangs on what it is told to."""

    def __init__(
        self,
        dies_at: frozenset[int] = frozenset(),
        hangs_at: frozenset[int] = frozenset(),
        on_hang: Callable[[], None] = lambda: None,
        by_twos: bool = False,
        is_stillborn: bool = False,
        saves: bool = True,
        failure: str = "",
    ) -> None:
        self.dies_at, self.hangs_at, self.on_hang = dies_at, hangs_at, on_hang
        self.step = 2 if by_twos else 1000
        self.is_stillborn, self.saves, self.failure = is_stillborn, saves, failure
        self.given: deque[Sequence[Job]] = deque()
        self.is_ready = self.is_over = False
        self.unsaved = 0

    def give(self, jobs: Sequence[Job]) -> None:
        assert len(jobs) <= 32
        self.given.append(jobs)

    def take(self, timeout_s: float) -> Iterator[Sign]:
        if self.is_stillborn:
            raise EOFError
        if not self.is_ready:
            self.is_ready = True
            yield Sign()
        if self.failure:
            yield Sign(failure=self.failure)
        while self.given:
            jobs = self.given[0]
            if self.dies_at & {one.seq for _, one in jobs}:
                raise EOFError
            if self.hangs_at & {one.seq for _, one in jobs}:
                self.on_hang()
                return
            self.given.popleft()
            for at in range(0, len(jobs), self.step):
                yield Sign([record_bytes(apart(*each)) for each in jobs[at : at + self.step]])
            self.unsaved += len(jobs)
            if self.saves or not jobs:
                yield Sign(saved=self.unsaved)
                self.unsaved = 0

    def end(self) -> None:
        self.is_over = True


@dataclass
class Starts:
    """Starts fake workers, and counts them."""

    make: Callable[[], FakeWorker]
    made: list[FakeWorker] = field(default_factory=list)

    def __call__(self) -> Worker:
        self.made.append(self.make())
        return self.made[-1]


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "revgate-judge"]


@pytest.mark.parametrize("by_twos", [False, True])
def test_records_come_in_the_order_exchanges_were_handed_over(by_twos: bool) -> None:
    ledger, starts = Ledger(), Starts(lambda: FakeWorker(by_twos=by_twos))
    room = RoomApart(starts, here, ledger.keep, ledger, Clock())
    for seq in range(500):
        room.put(*job(seq))
        room.watch()
    room.close()
    assert ledger.seqs == list(range(500))
    assert {ledger.words(seq) for seq in (0, 250, 499)} == {"apart"}
    (worker,) = starts.made
    assert worker.is_over


def test_only_the_answers_that_end_the_process_are_faults() -> None:
    ledger, starts = Ledger(), Starts(lambda: FakeWorker(dies_at=frozenset({3, 90})))
    room = RoomApart(starts, here, ledger.keep, ledger, Clock())
    for seq in range(200):
        room.put(*job(seq))
    room.close()
    assert ledger.seqs == list(range(200))
    faults = [record.seq for record in ledger.records if record.fault is not None]
    assert faults == [3, 90]
    assert ledger.kept.keys() >= {3, 90}
    assert set(ledger.kept.values()) == {None}  # stored here meanwhile, and not judged here
    assert "the process that judged this answer ended" in ledger.words(3)
    assert ledger.words(4) == ledger.words(199) == "apart"
    assert all(worker.is_over for worker in starts.made)


def test_a_judgement_that_hangs_is_a_fault_and_its_process_is_ended() -> None:
    now = [0.0]

    def wait() -> None:
        now[0] += 10

    ledger = Ledger()
    starts = Starts(lambda: FakeWorker(hangs_at=frozenset({5}), on_hang=wait))
    room = RoomApart(
        starts, here, ledger.keep, ledger, Clock(monotonic=lambda: now[0]), deadline_s=30
    )
    for seq in range(80):
        room.put(*job(seq))
    room.close()
    assert ledger.seqs == list(range(80))
    assert [record.seq for record in ledger.records if record.fault is not None] == [5]
    assert "judging took longer than 30 s" in ledger.words(5)
    assert [worker.is_over for worker in starts.made] == [True] * len(starts.made)


def test_where_no_process_can_be_started_answers_are_judged_here() -> None:
    def refuse() -> Worker:
        raise OSError("no more processes")

    ledger = Ledger()
    room = RoomApart(refuse, here, ledger.keep, ledger, Clock())
    for seq in range(100):
        room.put(*job(seq))
    room.close()
    assert ledger.seqs == list(range(100))
    assert {ledger.words(seq) for seq in range(100)} == {"here"}


def test_a_process_that_never_gets_ready_blames_no_answer() -> None:
    ledger, starts = Ledger(), Starts(lambda: FakeWorker(is_stillborn=True))
    room = RoomApart(starts, here, ledger.keep, ledger, Clock())
    for seq in range(100):
        room.put(*job(seq))
    room.close()
    assert ledger.seqs == list(range(100))
    assert {ledger.words(seq) for seq in range(100)} == {"here"}
    assert len(starts.made) == 1


def test_what_was_judged_and_not_saved_is_stored_here_when_the_process_ends() -> None:
    workers = iter([FakeWorker(saves=False, dies_at=frozenset({70})), *map(Fine, range(9))])
    ledger = Ledger()
    room = RoomApart(lambda: next(workers), here, ledger.keep, ledger, Clock())
    for seq in range(100):
        room.put(*job(seq))
    room.close()
    assert ledger.seqs == list(range(100))  # each once
    judged = {seq: record_bytes(apart(*job(seq))) for seq in range(64)}
    assert ledger.kept == judged | dict.fromkeys(range(64, 100))
    assert ledger.kept_by_others == set(range(100))


def Fine(_number: int) -> FakeWorker:  # noqa: N802 - a kind of worker
    return FakeWorker()


def test_what_a_worker_cannot_save_ends_the_run_in_its_words() -> None:
    ledger, starts = Ledger(), Starts(lambda: FakeWorker(failure="disk full: make room"))
    room = RoomApart(starts, here, ledger.keep, ledger, Clock())
    room.put(*job(0))
    with pytest.raises(UnwritableError, match="disk full: make room"):
        room.close()
    room.close()  # does not wait for what can never be saved
    assert len(starts.made) == 1
    assert starts.made[0].is_over


def test_a_few_calls_wait_for_others_and_then_go() -> None:
    now = [100.0]
    ledger, worker = Ledger(), FakeWorker()
    clock = Clock(monotonic=lambda: now[0])
    room = RoomApart(lambda: worker, here, ledger.keep, ledger, clock)
    room.put(*job(0))
    assert 0 < room.watch() <= 0.1
    assert ledger.seqs == []
    now[0] += 0.03
    room.watch()
    assert ledger.seqs == [0]
    room.close()


def test_what_goes_wrong_in_delivery_reaches_the_caller() -> None:
    def deliver(_case: Case, one: Exchange, _record: Record, *, is_kept: bool = False) -> None:
        raise OSError(f"disk full at {one.seq}, {is_kept}")

    room = RoomApart(Starts(FakeWorker), here, keep, deliver, Clock())
    room.put(*job(0))
    with pytest.raises(OSError, match="disk full at 0"):
        room.close()


def test_while_answers_go_one_by_one_those_that_come_are_stored_here() -> None:
    hangs = Starts(lambda: FakeWorker(hangs_at=frozenset({5})))
    now, ledger = [0.0], Ledger()
    room = RoomApart(hangs, here, ledger.keep, ledger, Clock(monotonic=lambda: now[0]))
    for seq in range(64):
        room.put(*job(seq))
    assert ledger.kept == {}
    now[0] = 31.0
    room.watch()
    assert ledger.kept == dict.fromkeys(range(64))
    for seq in range(64, 100):
        room.put(*job(seq))
        assert seq in ledger.kept
    now[0] = 62.0
    room.watch()
    room.close()
    assert ledger.seqs == list(range(100))


class Mute(FakeWorker):
    """Says nothing and saves nothing."""

    def take(self, timeout_s: float) -> Iterator[Sign]:
        time.sleep(timeout_s)
        yield from ()


def test_once_it_is_to_stop_what_is_not_judged_is_stored_within_moments() -> None:
    ledger, stop = Ledger(), threading.Event()
    worker = Mute()
    room = RoomApart(
        lambda: worker, here, ledger.keep, ledger, Clock(), most_waiting=100, stop=stop
    )
    for seq in range(100):
        room.put(*job(seq))
    stop.set()
    began = time.monotonic()
    for seq in range(100, 150):  # calls in flight end; nobody waits for a place in the room
        room.put(*job(seq))
    assert time.monotonic() - began < 0.5
    room.close()
    assert time.monotonic() - began < 2.5
    assert worker.is_over
    assert ledger.seqs == []
    assert ledger.kept == dict.fromkeys(range(150))


def test_what_was_judged_before_it_is_to_stop_is_stored_with_its_record() -> None:
    ledger, stop = Ledger(), threading.Event()
    worker = FakeWorker(saves=False, hangs_at=frozenset({40}))
    room = RoomApart(lambda: worker, here, ledger.keep, ledger, Clock(), stop=stop)
    for seq in range(70):
        room.put(*job(seq))
    stop.set()
    room.close()
    assert ledger.seqs == list(range(32))
    judged = {seq: record_bytes(apart(*job(seq))) for seq in range(32)}
    assert ledger.kept == judged | dict.fromkeys(range(32, 70))


class Slow(FakeWorker):
    """Judges only once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_judge = False
        self.looks = 0

    def take(self, timeout_s: float) -> Iterator[Sign]:
        self.looks += 1
        self.may_judge = self.may_judge or self.looks > 100  # somebody waits for it
        if self.may_judge:
            yield from super().take(timeout_s)


def test_a_full_room_says_so_and_then_makes_the_caller_wait() -> None:
    ledger, worker = Ledger(), Slow()
    room = RoomApart(lambda: worker, here, ledger.keep, ledger, Clock(), most_waiting=8)
    entered = 0
    while room.has_room():
        room.put(*job(entered))
        entered += 1
    assert entered < 8
    assert not worker.may_judge
    for seq in range(entered, 200):
        room.put(*job(seq))
    assert worker.may_judge  # the ninth had to wait until then
    room.close()
    assert ledger.seqs == list(range(200))
    assert room.has_room()


def test_what_is_judged_and_not_saved_yet_takes_no_place_of_those_to_be_judged() -> None:
    ledger, worker = Ledger(), FakeWorker(saves=False)
    room = RoomApart(lambda: worker, here, ledger.keep, ledger, Clock(), most_waiting=8)
    for seq in range(200):
        room.put(*job(seq))
    assert len(ledger.seqs) >= 192
    assert room.has_room()
    room.close()
    assert ledger.seqs == list(range(200))


def test_large_answers_wait_outside_until_there_is_room() -> None:
    ledger, worker = Ledger(), Slow()
    large, huge = bytes(20_000_000), bytes(40_000_000)
    room = RoomApart(lambda: worker, here, ledger.keep, ledger, Clock())
    room.put(*job(0, large))
    assert not room.has_room()
    assert not worker.may_judge
    room.put(*job(1, large))
    assert worker.may_judge
    for seq, body in enumerate((large, large, huge), start=2):  # one larger than the room is alone
        room.put(*job(seq, body))
    room.close()
    assert ledger.seqs == [0, 1, 2, 3, 4]
