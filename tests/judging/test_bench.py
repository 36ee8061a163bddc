"""What comes over the line is stored at once, however long judging takes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.data.exchange import Attempt, Exchange, Response
from harness.data.record import Output, Record
from harness.data.suite import Case
from harness.judging import JudgeOne
from harness.judging.bench import _Bench
from harness.judging.frames import Job, Sign, frame, frames, sign_of
from harness.store import RunReader, RunWriter

CALLS = 600


def job(seq: int) -> Job:
    attempt = Attempt(response=Response(status=200, body=b"%04d" % seq * 500))
    return Case(id=f"c{seq}"), Exchange(
        seq=seq, target="t", repeat=0, url="http://127.0.0.1/", method="POST", request_body=b"",
        attempts=(attempt,), transport="fake",
    )  # fmt: skip


@dataclass
class Place:
    """A worker in a thread, and the end of the line that gives it work."""

    path: Path
    line: socket.socket
    theirs: socket.socket
    release: threading.Event = field(default_factory=threading.Event)
    came: bytearray = field(default_factory=bytearray)

    def judge(self, _case: Case, one: Exchange) -> Record:
        assert self.release.wait(20)
        return Record(seq=one.seq, output=Output(value=one.seq))

    def give(self) -> None:
        for first in range(0, CALLS, 30):
            self.line.sendall(frame([job(seq) for seq in range(first, first + 30)]))

    def until(self, is_so: Callable[[RunReader], bool], within_s: float) -> None:
        until = time.monotonic() + within_s
        with RunReader(self.path) as reader:
            while not is_so(reader):
                assert time.monotonic() < until
                time.sleep(0.01)

    def signs(self) -> Iterator[Sign]:
        while chunk := self.line.recv(1 << 16):
            self.came += chunk
            yield from map(sign_of, frames(self.came))


Start = Callable[[Callable[[], None]], None]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        writer.put_cases(Case(id=f"c{number}") for number in range(CALLS))
        writer.put_plan((number, "t", 0, True) for number in range(CALLS))
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    with ours, theirs:
        yield Place(tmp_path / "run.sqlite", ours, theirs)


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Start a bench whose judge is made once `prepare` is through."""
    threads: list[threading.Thread] = []

    def started(prepare: Callable[[], None]) -> None:
        def made() -> JudgeOne:
            prepare()
            return place.judge

        bench = _Bench(place.theirs, RunWriter(place.path.parent, create=False), bytearray())
        threads.append(threading.Thread(target=bench.work, args=(made,)))
        threads[0].start()

    yield started
    place.release.set()
    place.line.close()
    threads[0].join(20)
    assert not threads[0].is_alive()


def ready() -> None:
    """Take no time."""


def test_all_that_comes_is_durable_while_the_first_is_judged(place: Place, start: Start) -> None:
    start(ready)
    place.give()
    place.until(lambda reader: reader.count("exchange") == CALLS, 5)
    with RunReader(place.path) as reader:
        assert reader.count("record") == 0
    place.release.set()
    records, saved = 0, 0
    for sign in place.signs():
        assert not sign.failure
        records += len(sign.records)
        saved += sign.saved
        assert saved <= records
        if saved == CALLS:
            break
    with RunReader(place.path) as reader:
        assert reader.count("record") == records == CALLS
        assert [one.seq for _, one in reader.exchanges()] == list(range(CALLS))


def test_what_comes_before_plugins_are_imported_is_durable(place: Place, start: Start) -> None:
    def prepare() -> None:
        assert place.release.wait(20)

    start(prepare)
    place.give()
    place.until(lambda reader: reader.count("exchange") == CALLS, 5)
    place.release.set()
    assert next(place.signs()) == Sign()


def test_what_was_given_is_stored_when_the_line_is_closed_meanwhile(
    place: Place, start: Start
) -> None:
    start(ready)
    place.give()
    place.line.close()
    place.until(lambda reader: reader.count("exchange") == CALLS, 5)
    place.release.set()
    place.until(lambda reader: reader.count("record") == CALLS, 10)
