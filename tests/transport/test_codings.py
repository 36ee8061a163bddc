"""An answer in a coding nobody asked for is no answer, whatever its bytes look like."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from harness.faults import fault_of
from harness.transport import Transport
from tests.transport.faulty import JSON_BODY, FaultyServer, raw, reply
from tests.transport.sending import SECRET, answer_of, fault_in, send

UNASKED = ["br", "zstd", "compress", "gzip, gzip", "gzip;q=1", "utf-8", "br, identity", "x" * 80]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.mark.parametrize(
    "body", [JSON_BODY, PNG, gzip.compress(JSON_BODY)], ids=["json", "png", "gzip"]
)
@pytest.mark.parametrize("coding", UNASKED)
def test_an_answer_in_a_coding_nobody_asked_for_is_refused_by_name(
    transport: Transport, coding: str, body: bytes
) -> None:
    scripts = {"/m": reply(body, Content_Encoding=coding), "/ok": reply()}
    with FaultyServer(scripts) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
        assert answer_of(send(transport, f"{server.url}/ok")).body == JSON_BODY
    assert (fault.kind, fault.is_transient) == ("malformed", False)
    assert fault.message == f"answered in an encoding nobody asked for ({coding})"
    assert "only gzip and deflate" in fault.hint


def test_codings_given_line_by_line_are_taken_together(transport: Transport) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n"
    with FaultyServer({"/m": raw(head + gzip.compress(gzip.compress(JSON_BODY)))}) as server:
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert fault.message == "answered in an encoding nobody asked for (gzip, gzip)"


def test_an_event_stream_in_such_a_coding_is_refused(transport: Transport) -> None:
    script = reply(b"data: [DONE]\n\n", Content_Encoding="br", Content_Type="text/event-stream")
    with FaultyServer({"/m": script}) as server:
        assert "(br)" in fault_in(send(transport, f"{server.url}/m")).message


def test_what_no_coding_is_called_is_not_named(transport: Transport) -> None:
    for coding in (f"Bearer <{SECRET.value}>", "x" * 200):
        with FaultyServer({"/m": reply(Content_Encoding=coding)}) as server:
            fault = fault_in(send(transport, f"{server.url}/m", secret=SECRET))
        assert fault.message == "answered in an encoding nobody asked for"


@pytest.mark.parametrize("status", ["400 No", "404 No", "503 Service Unavailable", "302 Found"])
@pytest.mark.parametrize("body", [b'{"error": "it is loading", "estimated_time": 9}', PNG])
def test_a_refusal_in_such_a_coding_is_its_status_and_nothing_of_it_is_read(
    transport: Transport, status: str, body: bytes
) -> None:
    with FaultyServer({"/m": reply(body, status, Content_Encoding="br")}) as server:
        response = answer_of(send(transport, f"{server.url}/m"))
    assert (response.status, response.body) == (int(status[:3]), b"")
    if response.status != 302:
        said = f"HTTP {status[:3]}: without words that can be read (content-encoding: br)"
        assert fault_of(response).message == said


def test_an_endless_refusal_in_such_a_coding_is_given_up_at_the_cap(transport: Transport) -> None:
    script = raw(b"HTTP/1.1 500 Oh\r\nContent-Encoding: br\r\n\r\n" + b"x" * 500_000)
    with FaultyServer({"/m": script}) as server:
        fault = fault_in(send(transport, f"{server.url}/m", max_body_bytes=100_000))
    assert "larger than" in fault.message


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("identity", bytes),
        ("", bytes),
        ("none", bytes),
        ("GZip", gzip.compress),
        ("identity, x-gzip", gzip.compress),
        ("deflate", zlib.compress),
    ],
)
def test_an_answer_as_it_was_asked_for_is_read(
    transport: Transport, coding: str, packed: Callable[[bytes], bytes]
) -> None:
    with FaultyServer({"/m": reply(packed(JSON_BODY), Content_Encoding=coding)}) as server:
        assert answer_of(send(transport, f"{server.url}/m")).body == JSON_BODY
