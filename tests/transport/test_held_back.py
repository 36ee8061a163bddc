"""Answers that do not fit into memory together wait for each other; all come whole."""

import contextlib
import threading
import tracemalloc
from types import SimpleNamespace

import pytest

from harness.transport.held import Held
from harness.transport.session_attempt import _Reading
from harness.transport.sessions import SessionTransport
from harness.transport.watch import Watch
from tests.transport.faulty import FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, fault_in, ticket

BUDGET_BYTES, ANSWER_BYTES, CALLS = 200_000, 1_500_000, 8
CHUNK_BYTES = 65_536


class Peak(Held):
    """Remembers the most that was held."""

    most = 0

    def add(self, count: int) -> None:
        super().add(count)
        self.most = max(self.most, self.bytes)


def test_large_answers_at_once_are_held_to_the_budget_and_come_whole() -> None:
    held = Peak(BUDGET_BYTES)
    body = bytes(range(250)) * (ANSWER_BYTES // 250)
    all_there = threading.Barrier(CALLS)

    def script(line: Line, seen: Seen) -> bool:
        all_there.wait(10)
        return reply(body)(line, seen)

    with (
        FaultyServer(script) as server,
        contextlib.closing(SessionTransport(workers=CALLS, held=held)) as transport,
    ):
        for key in range(CALLS):
            transport.submit(
                ticket(f"{server.url}/m", key=key, max_body_bytes=2_000_000, deadline_s=30.0)
            )
        outcomes = collect(transport, CALLS, 30.0)
        assert transport.held_bytes == 0
    assert sorted(one.key for one in outcomes) == list(range(CALLS))
    assert all(answer_of(one).body == body for one in outcomes)
    # Beside the budget: the one that is read on alone, and a chunk each.
    assert held.most <= BUDGET_BYTES + ANSWER_BYTES + CALLS * CHUNK_BYTES
    back_s = [one.timings.held_back_s for one in outcomes]
    assert sum(one > 0 for one in back_s) >= CALLS // 2
    for one in outcomes:
        assert one.timings.total_s is not None
        assert 0 <= one.timings.held_back_s <= one.timings.total_s


def test_an_answer_that_fits_is_never_held_back() -> None:
    with (
        FaultyServer({"/m": reply(b"x" * 100_000)}) as server,
        contextlib.closing(SessionTransport(workers=1, held=Held(BUDGET_BYTES))) as transport,
    ):
        for _ in range(4):
            transport.submit(ticket(f"{server.url}/m"))
            (outcome,) = collect(transport, 1)
            assert outcome.timings.held_back_s == 0


@pytest.fixture
def crowd() -> Held:
    """No room at all, and somebody who is read on alone."""
    held = Held(0)
    assert held.may_read("somebody else")
    return held


def test_the_deadline_holds_while_an_answer_is_held_back(crowd: Held) -> None:
    with (
        FaultyServer({"/m": reply(b"x" * 1000)}) as server,
        contextlib.closing(SessionTransport(workers=1, held=crowd)) as transport,
    ):
        transport.submit(ticket(f"{server.url}/m", deadline_s=0.3))
        (outcome,) = collect(transport, 1)
        fault = fault_in(outcome)
        assert (fault.kind, fault.is_transient) == ("timeout", True)
        assert "for want of memory" in fault.message
        assert "run.concurrency" in fault.hint
        assert outcome.timings.total_s is not None
        assert outcome.timings.total_s < 1.3
        assert 0 < outcome.timings.held_back_s <= outcome.timings.total_s
        crowd.leave("somebody else")
        transport.submit(ticket(f"{server.url}/m"))
        (outcome,) = collect(transport, 1)
        assert len(answer_of(outcome).body) == 1000


def test_closing_ends_what_is_held_back(crowd: Held) -> None:
    before = set(threading.enumerate())
    with FaultyServer({"/m": reply(b"x" * 1000)}) as server:
        with contextlib.closing(SessionTransport(workers=1, held=crowd)) as transport:
            transport.submit(ticket(f"{server.url}/m", deadline_s=60.0))
            while not crowd._waiting:
                assert transport.finished(0.01) == []
        for thread in set(threading.enumerate()) - before:
            if thread.name == "revgate-call":
                thread.join(5)
                assert not thread.is_alive()


def test_nobody_is_read_on_alone_while_taking_a_whole_answer_makes_room() -> None:
    held = Held(10)
    held.add(20)
    assert held.may_read("a")
    held.finish(20)
    held.leave("a")
    assert not held.may_read("b")
    held.take(20)
    held.add(10)
    assert held.may_read("b")
    assert not held.may_read("c")


def test_room_that_is_made_wakes_whoever_waits() -> None:
    held = Held(10)
    held.add(10)
    assert held.may_read("a")
    waited: list[float] = []
    thread = threading.Thread(target=lambda: waited.append(held.wait("b", lambda: False)))
    thread.start()
    while not held._waiting:
        assert thread.is_alive()
    held.add(-1)
    thread.join(5)
    assert not thread.is_alive()
    assert waited[0] > 0


def test_a_body_that_drips_takes_no_more_memory_than_its_bytes() -> None:
    count = 50_000
    left = iter(range(count))
    raw = SimpleNamespace(
        read1=lambda _most, decode_content: (
            b"%02d" % (n % 97) if (n := next(left, -1)) >= 0 else b""
        )
    )
    answer = SimpleNamespace(status_code=200, headers={}, raw=raw)
    watch = Watch()
    watch.ticket = ticket("http://127.0.0.1/m")
    tracemalloc.start()
    try:
        response = _Reading(Held(), watch).read(answer, watch.ticket)  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(response.body) == 2 * count
    assert peak < 8 * count  # the bytes, room to grow, and the copy that is given
