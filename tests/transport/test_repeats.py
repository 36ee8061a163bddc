"""What a library sends again by itself is bounded: once, and never where a connection broke."""

import itertools
import sys

import pytest

from harness.transport import Transport
from tests.transport.faulty import FaultyServer, Line, Script, Seen, raw, reply
from tests.transport.sending import answer_of, collect, fault_in, send, ticket

KEPT = 8
tells_closed = pytest.mark.skipif(sys.platform != "linux", reason="libcurl alone is not told")


def closes(_line: Line, _seen: Seen) -> bool:
    return False


def resets(line: Line, _seen: Seen) -> None:
    line.reset()


def late_then(script: Script) -> Script:
    """Answer when all others have been asked too, so that each has a connection of its own."""

    def waiting(line: Line, seen: Seen) -> bool | None:
        line.wait(0.3)
        return script(line, seen)

    return waiting


late = late_then(reply())


@pytest.fixture(params=[closes, resets])
def breaks(request: pytest.FixtureRequest) -> Script:
    script: Script = request.param
    return script


def keep_many(transport: Transport, server: FaultyServer) -> None:
    """Leave the transport with so many connections that wait for another request."""
    for key in range(KEPT):
        transport.submit(ticket(f"{server.url}/late", key=key))
    for outcome in collect(transport, KEPT):
        answer_of(outcome)
    assert server.connections == KEPT


def test_a_request_is_repeated_once_at_most_however_many_connections_break(
    transport: Transport, breaks: Script
) -> None:
    with FaultyServer({"/late": late, "/m": breaks}) as server:
        keep_many(transport, server)
        fault = fault_in(send(transport, f"{server.url}/m"))
        asked = sum(seen.path == "/m" for seen in server.ledger)
    assert (fault.kind, fault.is_transient) == ("truncated", True)
    assert asked == (2 if transport.name == "curl" else 1)


def test_what_is_sent_apart_takes_no_kept_connection_and_is_never_repeated(
    transport: Transport, breaks: Script
) -> None:
    with FaultyServer({"/late": late, "/m": breaks, "/ok": reply()}) as server:
        keep_many(transport, server)
        assert fault_in(send(transport, f"{server.url}/m", is_apart=True)).kind == "truncated"
        assert [seen.path for seen in server.ledger].count("/m") == 1
        assert server.connections == KEPT + 1
        answer_of(send(transport, f"{server.url}/ok", is_apart=True))
        assert server.connections == KEPT + 2
        answer_of(send(transport, f"{server.url}/ok"))
        assert server.connections == KEPT + 2


def test_a_handle_that_sent_apart_keeps_connections_again(transport: Transport) -> None:
    with FaultyServer({"/ok": reply()}) as server:
        for is_apart in (True, False, False, True, False):
            answer_of(send(transport, f"{server.url}/ok", is_apart=is_apart))
        assert server.connections == 2


def test_a_connection_that_broke_is_replaced_in_the_same_attempt(curl: Transport) -> None:
    """One that a server closed between calls, with its end not here yet, costs no attempt."""

    served: set[int] = set()

    def once_each(line: Line, seen: Seen) -> bool:
        if seen.connection in served:
            return False
        served.add(seen.connection)
        return reply()(line, seen)

    with FaultyServer(once_each) as server:
        for _ in range(2):
            answer_of(send(curl, f"{server.url}/ok"))
        assert (len(server.ledger), server.connections) == (3, 2)


@tells_closed
def test_what_goes_out_on_closed_connections_is_no_repeat(transport: Transport) -> None:
    """A server that is started anew closes them all: nobody read what was sent there."""
    with FaultyServer({"/late": late, "/m": reply()}) as server:
        keep_many(transport, server)
        server.hang_up()
        for _ in range(3):
            answer_of(send(transport, f"{server.url}/m"))
        assert [seen.path for seen in server.ledger].count("/m") == 3


@tells_closed
def test_answers_cut_inside_their_headers_cost_no_other_call_an_attempt(
    transport: Transport,
) -> None:
    """libcurl takes such an answer for whole, and its connection for one that can be used again."""
    cut = late_then(raw(b"HTTP/1.1 200 OK\r\nContent-Ty"))
    with FaultyServer({"/cut": cut, "/m": reply()}) as server:
        for key in range(KEPT):
            transport.submit(ticket(f"{server.url}/cut", key=key))
        for outcome in collect(transport, KEPT):
            assert fault_in(outcome).kind == "truncated"
        for _ in range(3):
            answer_of(send(transport, f"{server.url}/m"))
        assert [seen.path for seen in server.ledger].count("/m") == 3


@tells_closed
def test_a_server_that_closes_after_every_answer_is_asked_once_a_call(curl: Transport) -> None:
    """Unsaid, as some do: closed connections are what libcurl then has most of."""

    def hangs_up(line: Line, seen: Seen) -> bool:
        reply()(line, seen)
        return False

    calls, at_once = 200, 4
    with FaultyServer(hangs_up) as server:
        keys, ended = iter(range(calls)), 0
        for key in itertools.islice(keys, at_once):
            curl.submit(ticket(f"{server.url}/m", key=key))
        while ended < calls:
            for outcome in collect(curl, 1):
                answer_of(outcome)
                ended += 1
                for key in itertools.islice(keys, 1):
                    curl.submit(ticket(f"{server.url}/m", key=key))
        assert len(server.ledger) == calls
