"""The deadline holds before there is an answer: name look-up, connection, TLS handshake."""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from harness.transport import Finished, Transport
from harness.transport.sessions import SessionTransport
from tests.transport.faulty import FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, fault_in, send, ticket

DEADLINE_S = 0.3
Addresses = Sequence[tuple[Any, ...]]


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def full() -> Iterator[int]:
    """The port of a server that does not even take connections: its queue is full."""
    if sys.platform != "linux":
        pytest.skip("other systems refuse what a full queue has no place for")
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(3):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield port


class Names:
    """A resolver that says nothing about some names until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.known: dict[str, Addresses] = {}
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: str, *arguments: Any, **more: Any) -> Addresses:
        if host in self.known:
            return self.known[host]
        if host.endswith(".silent.example"):
            self.asked.release()
            assert self.go_on.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "at last")
        return self._real(host, *arguments, **more)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    made = Names(monkeypatch)
    yield made
    made.go_on.set()


def pool(workers: int) -> contextlib.closing[SessionTransport]:
    return contextlib.closing(SessionTransport(workers=workers))


def assert_in_time(outcome: Finished, started: float) -> None:
    assert time.monotonic() - started < DEADLINE_S + 1
    fault = fault_in(outcome)
    assert (fault.kind, fault.is_transient) == ("timeout", True), fault
    timings = outcome.timings
    assert timings.first_byte_s is None
    assert timings.total_s is not None
    assert DEADLINE_S - 0.05 < timings.total_s < DEADLINE_S + 1


def nothing_more(transport: Transport) -> None:
    assert transport.finished(0.1) == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_takes_no_connection_ends_at_the_deadline(
    transport: Transport, full: int, scheme: str
) -> None:
    started = time.monotonic()
    outcome = send(transport, f"{scheme}://127.0.0.1:{full}/m", deadline_s=DEADLINE_S)
    assert_in_time(outcome, started)
    assert outcome.timings.connect_s is None
    assert "while connecting" in fault_in(outcome).message


def test_a_silent_tls_handshake_ends_at_the_deadline(transport: Transport, silent: int) -> None:
    started = time.monotonic()
    outcome = send(transport, f"https://127.0.0.1:{silent}/m", deadline_s=DEADLINE_S)
    assert_in_time(outcome, started)
    assert outcome.timings.connect_s is None
    assert "while connecting" in fault_in(outcome).message


def test_a_dripping_tls_handshake_is_cut_and_its_thread_goes_on() -> None:
    def accept() -> None:
        sock, _ = listener.accept()
        with sock, contextlib.suppress(OSError):
            sock.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # of 16 KB to come
            while not is_over.wait(0.02):
                sock.sendall(b"\0")

    before, is_over = set(threading.enumerate()), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener, FaultyServer({"/m": reply()}) as good:
        thread = threading.Thread(target=accept)
        thread.start()
        with pool(1) as transport:
            started = time.monotonic()
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/m"
            assert_in_time(send(transport, url, deadline_s=DEADLINE_S), started)
            assert answer_of(send(transport, f"{good.url}/m")).status == 200
            ours = [
                one for one in set(threading.enumerate()) - before if one.name == "revgate-call"
            ]
            assert len(ours) == 1  # nobody was left behind
        is_over.set()
        thread.join(5)
        assert not thread.is_alive()


def test_a_second_address_gets_no_second_deadline(names: Names, full: int) -> None:
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", full))
    names.known["models.example"] = [address] * 8
    with pool(1) as transport:
        started = time.monotonic()
        outcome = send(transport, "http://models.example/m", deadline_s=DEADLINE_S)
        assert_in_time(outcome, started)


def test_a_silent_resolver_ends_the_call_once_and_holds_up_no_other(names: Names) -> None:
    with FaultyServer({"/m": reply()}) as server, pool(2) as transport:
        started = time.monotonic()
        for key in range(6):  # more than there are places: each must be freed in its turn
            url = f"http://{key}.silent.example/m"
            transport.submit(ticket(url, key=key, deadline_s=DEADLINE_S))
        transport.submit(ticket(f"{server.url}/m", key=6))
        outcomes = {one.key: one for one in collect(transport, 7)}
        assert sorted(outcomes) == list(range(7))
        assert time.monotonic() - started < 3 * DEADLINE_S + 1
        for key in range(6):
            assert fault_in(outcomes[key]).kind == "timeout"
            assert names.asked.acquire(timeout=1)
        assert answer_of(outcomes[6]).status == 200
        names.go_on.set()  # what those six have to say now is nobody's outcome
        nothing_more(transport)
        assert answer_of(send(transport, f"{server.url}/m")).status == 200
        nothing_more(transport)


def test_every_call_ends_once_whatever_is_silent(names: Names, silent: int, full: int) -> None:
    """Also those that are answered, fail or connect just when their time is over."""

    def at_the_deadline(line: Line, seen: Seen) -> bool:
        line.wait(0.1 + (seen.ordinal % 7 - 3) * 0.002)
        return reply(b"x" * 10)(line, seen)

    names.known["late.example"] = []  # nowhere to go
    with FaultyServer({"/m": reply(), "/edge": at_the_deadline}) as server, pool(6) as transport:
        ways = [
            f"{server.url}/m", f"{server.url}/edge", f"https://127.0.0.1:{silent}/",
            f"http://127.0.0.1:{full}/", "http://x.silent.example/", "http://127.0.0.1:1/",
            "http://late.example/", f"http://127.0.0.1:{silent}/", f"{server.url}/edge",
        ]  # fmt: skip
        count = 20 * len(ways)
        for key in range(count):
            transport.submit(ticket(ways[key % len(ways)], key=key, deadline_s=0.1))
        outcomes = collect(transport, count, 30.0)
        names.go_on.set()
        nothing_more(transport)
        assert transport.held_bytes == 0
        assert answer_of(send(transport, f"{server.url}/m")).status == 200
    assert sorted(one.key for one in outcomes) == list(range(count))
    ends = {"answered", "timeout", "connect"}
    assert {one.fault.kind if one.fault else "answered" for one in outcomes} == ends
    for one in outcomes:
        if one.key % len(ways) in {2, 3, 4, 7}:
            assert fault_in(one).kind == "timeout"
            assert one.timings.total_s is not None
            assert one.timings.total_s < 1.1


def test_a_thread_left_behind_ends_when_it_comes_back(names: Names) -> None:
    before = set(threading.enumerate())
    with pool(1) as transport:
        url = "http://0.silent.example/m"
        fault_in(send(transport, url, deadline_s=DEADLINE_S))
        (stuck,) = [
            one for one in set(threading.enumerate()) - before if one.name == "revgate-call"
        ]
        assert stuck.is_alive()
        names.go_on.set()
        stuck.join(5)
        assert not stuck.is_alive()


def test_a_connection_made_after_the_deadline_carries_no_request(names: Names) -> None:
    with FaultyServer({"/m": reply()}) as server, pool(1) as transport:
        port = server.port

        def late(_host: str, *_arguments: Any, **_more: Any) -> Addresses:
            assert names.go_on.wait(20)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", late)
            outcome = send(transport, "http://models.example/m", deadline_s=DEADLINE_S)
            assert fault_in(outcome).kind == "timeout"
            names.go_on.set()
            nothing_more(transport)
        assert answer_of(send(transport, f"{server.url}/m")).status == 200
    assert len(server.ledger) == 1


def test_a_deadline_on_a_connection_is_told_apart_from_one_while_connecting(
    transport: Transport, silent: int
) -> None:
    def half(line: Line, _seen: Seen) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[")
        line.wait(5)

    outcome = send(transport, f"http://127.0.0.1:{silent}/m", deadline_s=DEADLINE_S)
    assert "(no byte came)" in fault_in(outcome).message
    assert outcome.timings.connect_s
    with FaultyServer({"/m": half}) as server:
        outcome = send(transport, f"{server.url}/m", deadline_s=DEADLINE_S)
    assert "(while reading the answer)" in fault_in(outcome).message
    assert outcome.timings.first_byte_s


def test_no_thread_to_be_had_is_a_fault_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer({"/m": reply()}) as server, pool(2) as transport:
        real = threading.Thread.start

        def refuse(thread: threading.Thread) -> None:
            if thread.name == "revgate-call":
                raise RuntimeError("can't start new thread")
            real(thread)

        monkeypatch.setattr(threading.Thread, "start", refuse)
        fault = fault_in(send(transport, f"{server.url}/m"))
        assert (fault.kind, fault.is_transient) == ("config", True)
        assert "can't start new thread" in fault.message
        assert "run.concurrency" in fault.hint
        monkeypatch.undo()
        assert answer_of(send(transport, f"{server.url}/m")).status == 200
        monkeypatch.setattr(threading.Thread, "start", refuse)
        transport.submit(ticket(f"{server.url}/m", key=1))
        transport.submit(ticket(f"{server.url}/m", key=2))  # the one thread there is takes both
        assert [answer_of(one).status for one in collect(transport, 2)] == [200, 200]
