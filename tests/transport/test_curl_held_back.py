"""What libcurl has read of large answers stays within the budget; all of them come whole."""

import contextlib
import gzip
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from harness.transport import Finished, Transport
from harness.transport.held import Held
from tests.transport.certificates import Certificate, context
from tests.transport.faulty import FaultyServer, Line, Script, Seen, raw, reply
from tests.transport.sending import answer_of, collect, fault_in, ticket

if TYPE_CHECKING:
    from harness.transport.curl import CurlTransport

BUDGET_BYTES, ANSWER_BYTES, CALLS = 200_000, 600_000, 16
CHUNK_BYTES = 16_384
Open = Callable[[Held], "CurlTransport"]


class Peak(Held):
    """Remembers the most that was held."""

    most = 0

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "bytes":
            self.most = max(self.most, value)


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens transports with a given budget."""
    pytest.importorskip("pycurl")
    from harness.transport.curl import CurlTransport

    with contextlib.ExitStack() as stack:
        yield lambda held: stack.enter_context(
            contextlib.closing(CurlTransport(connections=CALLS, held=held))
        )


def submit_all(transport: Transport, url: str, **more: Any) -> list[Finished]:
    for key in range(CALLS):
        transport.submit(ticket(url, key=key, max_body_bytes=2_000_000, deadline_s=20.0, **more))
    return collect(transport, CALLS, 20.0)


def at_once(answer: Script) -> Script:
    """Give a script that begins no answer before all the requests are there."""
    barrier = threading.Barrier(CALLS)

    def script(line: Line, seen: Seen) -> bool | None:
        barrier.wait(10)
        return answer(line, seen)

    return script


BODY = bytes(range(240)) * (ANSWER_BYTES // 240)
FORMS: dict[str, Script] = {
    "of stated length": reply(BODY),
    "packed": reply(gzip.compress(BODY, 0), Content_Encoding="gzip"),
    "chunked": raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"%x\r\n%b\r\n0\r\nX-Late: 1\r\n\r\n" % (len(BODY), BODY)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_large_answers_at_once_are_held_to_the_budget_and_come_whole(
    opened: Open, form: str
) -> None:
    held = Peak(BUDGET_BYTES)
    transport = opened(held)
    with FaultyServer(at_once(FORMS[form])) as server:
        outcomes = submit_all(transport, f"{server.url}/m")
    assert sorted(one.key for one in outcomes) == list(range(CALLS))
    assert all(answer_of(one).body == BODY for one in outcomes)
    assert held.most > BUDGET_BYTES  # else nothing is shown
    # Beside the budget: the one that is read on alone, and the chunk that went over it.
    assert held.most <= BUDGET_BYTES + ANSWER_BYTES + 2 * CHUNK_BYTES
    assert transport.held_bytes == 0
    back_s = [one.timings.held_back_s for one in outcomes]
    assert sum(one > 0 for one in back_s) >= CALLS // 2
    for one in outcomes:
        assert one.timings.total_s is not None
        assert 0 <= one.timings.held_back_s <= one.timings.total_s


def test_answers_over_tls_are_held_to_the_budget(opened: Open, certificate: Certificate) -> None:
    held = Peak(BUDGET_BYTES)
    transport = opened(held)
    with FaultyServer(reply(BODY), tls=context(certificate)) as server:
        outcomes = submit_all(transport, f"{server.url}/m", ca_file=str(certificate[1]))
    assert all(answer_of(one).body == BODY for one in outcomes)
    assert held.most <= BUDGET_BYTES + ANSWER_BYTES + 2 * CHUNK_BYTES


def test_answers_that_fit_are_never_held_back(opened: Open) -> None:
    transport = opened(Held(BUDGET_BYTES))
    with FaultyServer(reply(b"x" * 10_000)) as server:
        outcomes = submit_all(transport, f"{server.url}/m")
    assert {one.timings.held_back_s for one in outcomes} == {0.0}


class Crowd:
    """No room at all: the first answer is read alone, and ends when it is let go."""

    def __init__(self, *, is_cut: bool) -> None:
        self.go_on = threading.Event()
        self.first_came = threading.Event()
        self._is_cut = is_cut

    def __call__(self, line: Line, seen: Seen) -> bool:
        if seen.path != "/first":
            return reply(b"y" * 1000)(line, seen)
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + b"x" * 10)
        self.first_came.set()
        self.go_on.wait(10)
        if self._is_cut:
            return False
        line.send(b"x" * 10)
        return True


def until_held_back(transport: "CurlTransport", count: int) -> None:
    while len(transport._held_back) < count:
        assert transport.finished(0.05) == []


def crowded(transport: Transport, url: str, deadline_s: float = 10.0) -> None:
    """Have the first answer read alone, and three others held back."""
    transport.submit(ticket(f"{url}/first", key=0))
    while transport.held_bytes < 10:
        assert transport.finished(0.05) == []
    for key in range(1, 4):
        transport.submit(ticket(f"{url}/m", key=key, deadline_s=deadline_s))


@pytest.mark.parametrize("is_cut", [False, True])
def test_when_the_one_that_is_read_ends_another_takes_its_place(opened: Open, is_cut: bool) -> None:
    transport, crowd = opened(Held(0)), Crowd(is_cut=is_cut)
    with FaultyServer(crowd) as server:
        crowded(transport, server.url)
        until_held_back(transport, 3)
        assert transport.held_bytes == 10
        crowd.go_on.set()
        outcomes = {one.key: one for one in collect(transport, 4)}
    assert (outcomes[0].fault is not None) is is_cut
    assert [answer_of(outcomes[key]).body for key in range(1, 4)] == [b"y" * 1000] * 3
    assert all(outcomes[key].timings.held_back_s > 0 for key in range(1, 4))


def test_the_deadline_holds_while_an_answer_is_held_back(opened: Open) -> None:
    transport, crowd = opened(Held(0)), Crowd(is_cut=False)
    with FaultyServer(crowd) as server:
        crowded(transport, server.url, deadline_s=0.3)
        outcomes = collect(transport, 3)
        for one in outcomes:
            fault = fault_in(one)
            assert (fault.kind, fault.is_transient) == ("timeout", True)
            assert "for want of memory" in fault.message
            assert "run.concurrency" in fault.hint
            assert one.timings.total_s is not None
            assert 0.1 < one.timings.held_back_s <= one.timings.total_s < 1.3
        crowd.go_on.set()
        (first,) = collect(transport, 1)
        assert answer_of(first).body == b"x" * 20
        for key in range(3):  # the handles that were held back are as good as new
            transport.submit(ticket(f"{server.url}/m", key=key))
        assert [answer_of(one).body for one in collect(transport, 3)] == [b"y" * 1000] * 3
    assert transport.held_bytes == 0


def test_an_answer_that_is_refused_when_it_is_read_on_ends_in_its_fault(opened: Open) -> None:
    transport, crowd = opened(Held(0)), Crowd(is_cut=False)
    with FaultyServer(crowd) as server:
        transport.submit(ticket(f"{server.url}/first", key=0))
        while transport.held_bytes < 10:
            assert transport.finished(0.05) == []
        junk = FaultyServer(reply(b"no gzip", Content_Encoding="gzip"))
        with junk:
            transport.submit(ticket(f"{junk.url}/m", key=1))
            until_held_back(transport, 1)
            crowd.go_on.set()
            outcomes = {one.key: one for one in collect(transport, 2)}
    assert fault_in(outcomes[1]).kind == "malformed"
    assert answer_of(outcomes[0]).body == b"x" * 20


def test_a_run_that_is_closed_with_answers_held_back_ends(opened: Open) -> None:
    transport, crowd = opened(Held(0)), Crowd(is_cut=False)
    with FaultyServer(crowd) as server:
        crowded(transport, server.url)
        until_held_back(transport, 3)
        transport.close()
        crowd.go_on.set()
