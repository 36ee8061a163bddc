"""Whatever a server does to an answer, the call ends in time, in one fault with a reason."""

import gzip
import socket
import zlib
from collections.abc import Callable

import pytest

from harness.transport import Transport
from tests.transport.faulty import JSON_BODY, FaultyServer, Line, Script, Seen, raw, reply
from tests.transport.sending import answer_of, collect, fault_in, send, ticket

OK = b"HTTP/1.1 200 OK\r\n"


def reset_after(data: bytes) -> Script:
    def script(line: Line, _seen: Seen) -> None:
        line.send(data)
        line.reset()

    return script


def reset_unread(line: Line, _seen: Seen) -> None:
    line.reset()


TRUNCATIONS: dict[str, Script] = {
    "RST before the status line": reset_unread,
    "RST inside the body": reset_after(OK + b"Content-Length: 100\r\n\r\n[1,"),
    "FIN before the status line": raw(b""),
    "FIN after the status line": raw(OK),
    "FIN inside a header": raw(OK + b"Content-Ty"),
    "FIN inside the body": raw(OK + b"Content-Length: 100\r\n\r\n[1,"),
    "content-length one too long": raw(OK + b"Content-Length: 3\r\n\r\n[]"),
    "FIN inside a chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1,"),
    "FIN before the last chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"),
    "no length and no body": raw(OK + b"Content-Type: application/json\r\n\r\n"),
}


@pytest.mark.parametrize("how", TRUNCATIONS)
def test_an_answer_cut_short_is_truncated_and_may_be_tried_again(
    transport: Transport, how: str
) -> None:
    with FaultyServer({"/m": TRUNCATIONS[how]}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert (fault.kind, fault.is_transient) == ("truncated", True), fault
    assert fault.hint


def test_a_gzip_stream_that_ends_early_is_never_a_whole_answer(transport: Transport) -> None:
    body = gzip.compress(b"[" + b"1," * 5000 + b"1]")[:-20]
    with FaultyServer({"/m": reply(body, Content_Encoding="gzip")}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert fault.kind in {"truncated", "malformed"}


@pytest.mark.parametrize(
    "data",
    [
        b"garbage without an end\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"ICY 200 OK\r\n\r\n",
        OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        OK + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 900) for i in range(2000)) + b"\r\n{}",
        OK + b"X-Long: " + b"y" * 2_000_000 + b"\r\n\r\n{}",
    ],
    ids=["words", "tls", "icy", "two lengths", "many headers", "long header"],
)
def test_what_is_not_http_is_malformed_and_final(transport: Transport, data: bytes) -> None:
    with FaultyServer({"/m": raw(data)}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert (fault.kind, fault.is_transient) == ("malformed", False), fault
    assert len(fault.message) < 400


@pytest.mark.parametrize("status", ["-1", "abc", "2 0 0"])
def test_a_status_that_is_no_number_ends_in_one_state(transport: Transport, status: str) -> None:
    data = f"HTTP/1.1 {status} OK\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    with FaultyServer({"/m": raw(data)}) as server:
        outcome = send(transport, f"{server.url}/m")
    assert outcome.response is None or not 200 <= outcome.response.status < 300


def test_bytes_that_are_not_gzip_are_malformed(transport: Transport) -> None:
    with FaultyServer({"/m": reply(b"plain text", Content_Encoding="gzip")}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert (fault.kind, fault.is_transient) == ("malformed", False)


def endless(_head: bytes) -> Script:
    def script(line: Line, _seen: Seen) -> None:
        line.send(_head)
        while not line.closing.is_set():
            line.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    return script


SIZES: dict[str, Script] = {
    "stated": reply(b"x" * 200_000),
    "not stated": raw(OK + b"\r\n" + b"x" * 200_000),
    "a lie": raw(OK + b"Content-Length: 9000000000\r\n\r\n" + b"x" * 200_000),
    "chunked without an end": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n"),
    "gzip bomb": reply(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"),
    "deflate bomb": reply(zlib.compress(b"\0" * 50_000_000), Content_Encoding="deflate"),
}


@pytest.mark.parametrize("how", SIZES)
def test_an_answer_over_the_size_cap_is_given_up(transport: Transport, how: str) -> None:
    with FaultyServer({"/m": SIZES[how], "/ok": reply()}) as server:
        fault = fault_in(send(transport, f"{server.url}/m", max_body_bytes=100_000))
        assert (fault.kind, fault.is_transient) == ("malformed", False)
        assert "larger than" in fault.message
        assert answer_of(send(transport, f"{server.url}/ok")).body == JSON_BODY


def test_a_stated_length_over_the_cap_is_refused_before_it_is_read(transport: Transport) -> None:
    script = raw(
        OK + b"Content-Length: 9000000000\r\n\r\n[]"
    )  # read to its end it would be cut short
    with FaultyServer({"/m": script}) as server:
        fault = fault_in(send(transport, f"{server.url}/m", max_body_bytes=100_000))
    assert (fault.kind, fault.is_transient) == ("malformed", False)
    assert "larger than" in fault.message


def test_bytes_that_are_not_http_come_with_advice(transport: Transport) -> None:
    with FaultyServer({"/m": raw(b"SSH-2.0-OpenSSH_9\r\n")}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert fault.hint


def test_an_answer_of_exactly_the_cap_is_taken(transport: Transport) -> None:
    packed = gzip.compress(b"x" * 1000)
    scripts = {"/m": reply(b"x" * 1000), "/z": reply(packed, Content_Encoding="gzip")}
    with FaultyServer(scripts) as server:
        for path in scripts:
            outcome = send(transport, server.url + path, max_body_bytes=1000)
            assert len(answer_of(outcome).body) == 1000


def silence(line: Line, _seen: Seen) -> None:
    line.wait(20)


def drip(data: bytes, at_once: bytes = b"") -> Script:
    def script(line: Line, _seen: Seen) -> None:
        line.send(at_once)
        line.drip(data, 0.02)

    return script


SLOWNESS: dict[str, Script] = {
    "silence": silence,
    "header drip": drip(OK + b"X-Pad: " + b"y" * 5000 + b"\r\n\r\n"),
    "body drip": drip(b" " * 5000, OK + b"Content-Length: 5000\r\n\r\n"),
    "body drip, to be closed": drip(
        b" " * 5000, OK + b"Connection: close\r\nContent-Length: 5000\r\n\r\n"
    ),
    "body drip without a length": drip(b" " * 5000, OK + b"\r\n"),
    "chunk drip": drip(b"1\r\n \r\n" * 1000, OK + b"Transfer-Encoding: chunked\r\n\r\n"),
    "flood of 100 Continue": drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "silence after the headers": drip(b"", OK + b"Content-Length: 5\r\n\r\n"),
}


@pytest.mark.parametrize("how", [name for name in SLOWNESS if name != "silence after the headers"])
def test_no_call_outlives_its_deadline(transport: Transport, how: str) -> None:
    with FaultyServer({"/m": SLOWNESS[how]}) as server:
        outcome = send(transport, f"{server.url}/m", deadline_s=0.3)
    fault = fault_in(outcome)
    assert (fault.kind, fault.is_transient) == ("timeout", True), fault
    assert outcome.timings.total_s is not None
    assert 0.25 < outcome.timings.total_s < 1.3


def test_a_deadline_counts_for_each_call_alone(transport: Transport) -> None:
    with FaultyServer({"/slow": silence, "/m": reply()}) as server:
        for key in range(8):
            transport.submit(ticket(f"{server.url}/slow", key=key, deadline_s=0.3))
        for key in range(8, 16):
            transport.submit(ticket(f"{server.url}/m", key=key))
        outcomes = {outcome.key: outcome for outcome in collect(transport, 16)}
    assert {fault_in(outcomes[key]).kind for key in range(8)} == {"timeout"}
    assert all(answer_of(outcomes[key]).status == 200 for key in range(8, 16))


def test_a_late_answer_is_not_taken_for_the_next_one(transport: Transport) -> None:
    def late(line: Line, seen: Seen) -> bool:
        line.wait(0.5)
        line.send(OK + b'Content-Length: 6\r\n\r\n"late"')
        return True

    with FaultyServer({"/late": late, "/m": reply()}) as server:
        assert fault_in(send(transport, f"{server.url}/late", deadline_s=0.2)).kind == "timeout"
        for _ in range(3):
            assert answer_of(send(transport, f"{server.url}/m")).body == JSON_BODY


def test_a_refused_connection_is_transient(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = send(transport, f"http://127.0.0.1:{port}/m")
    fault = fault_in(outcome)
    assert (fault.kind, fault.is_transient) == ("connect", True)
    assert outcome.timings.first_byte_s is None


def test_an_unknown_host_is_final(transport: Transport) -> None:
    fault = fault_in(send(transport, "http://nobody.invalid/m?token=canary"))
    assert (fault.kind, fault.is_transient) == ("connect", False)
    assert "does not resolve" in fault.message
    assert "canary" not in fault.message


UNSENDABLE: dict[str, Callable[[str], dict[str, object]]] = {
    "no url": lambda _url: {"url": "not a url"},
    "no host": lambda _url: {"url": "http:///m"},
    "port too large": lambda _url: {"url": "http://127.0.0.1:99999/m"},
    "another scheme": lambda _url: {"url": "gopher://127.0.0.1/m"},
    "line break in a header": lambda url: {"url": url, "headers": {"a": "b\r\nx-evil: 1"}},
    "line break in a name": lambda url: {"url": url, "headers": {"a: b\r\nx-evil": "1"}},
    "header beyond latin-1": lambda url: {"url": url, "headers": {"a": "\u2603"}},
}


@pytest.mark.parametrize("how", UNSENDABLE)
def test_what_cannot_be_sent_is_a_fault_and_the_next_call_is_made(
    transport: Transport, how: str
) -> None:
    with FaultyServer({"/m": reply()}) as server:
        url = f"{server.url}/m"
        fault = fault_in(send(transport, **UNSENDABLE[how](url)))
        assert not fault.is_transient
        assert fault.kind in {"config", "connect", "malformed"}
        assert answer_of(send(transport, url)).status == 200
    assert len(server.ledger) == 1


def test_closing_with_calls_in_flight_leaves_no_thread_behind(transport: Transport) -> None:
    with FaultyServer({"/m": silence}) as server:
        for key in range(20):  # more than there are workers
            transport.submit(ticket(f"{server.url}/m", key=key, deadline_s=60.0))
        assert transport.finished(0.05) == []
        transport.close()  # a second time by the fixture, which looks for threads
        transport.submit = lambda _ticket: None  # type: ignore[method-assign]
    assert len(server.ledger) <= 20
