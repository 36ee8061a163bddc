"""A redirect is an answer like any other: read under the same cap, and given as it came."""

import gzip

import pytest

from harness.transport import Transport, open_transport
from tests.transport.faulty import FaultyServer, Script, raw, reply
from tests.transport.sending import answer_of, fault_in, send

BOMB = gzip.compress(bytes(20_000_000))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_body_of_a_redirect_is_held_to_the_cap(transport: Transport, status: int) -> None:
    script = reply(BOMB, f"{status} Moved", Location="/elsewhere", Content_Encoding="gzip")
    with FaultyServer({"/m": script}) as server:
        fault = fault_in(send(transport, f"{server.url}/m", max_body_bytes=100_000))
    assert (fault.kind, fault.is_transient) == ("malformed", False)
    assert "larger than" in fault.message
    assert transport.held_bytes == 0


def test_the_body_of_a_redirect_arrives_decoded(transport: Transport) -> None:
    body = gzip.compress(b'{"error":"moved for good"}')
    script = reply(body, "302 Found", Location="/elsewhere", Content_Encoding="gzip")
    with FaultyServer({"/m": script}) as server:
        response = answer_of(send(transport, f"{server.url}/m"))
    assert (response.status, response.body) == (302, b'{"error":"moved for good"}')
    assert response.headers["location"] == "/elsewhere"


PLACES = ["/m", "http://[bad/", "http://a:b@c/", "", "//", "http://h:99999/", "\xe9", "file:///etc"]
ANSWERS: dict[str, Script] = {
    f"to {place!r}": reply(b"gone", "302 Found", Location=place) for place in PLACES
} | {
    "no place": reply(b"gone", "301 Moved"),
    "a header twice": raw(
        b"HTTP/1.1 307 Moved\r\nLocation: /a\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}"
    ),
    "not modified": raw(b"HTTP/1.1 304 Not Modified\r\nLocation: /a\r\n\r\n"),
    "chunked": raw(
        b"HTTP/1.1 308 Moved\r\nLocation: /a\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_both_transports_give_the_same_redirect(what: str) -> None:
    pytest.importorskip("pycurl")
    given = {}
    for name in ("curl", "requests"):
        transport = open_transport(name, workers=1)
        with FaultyServer({"/m": ANSWERS[what]}) as server:
            given[name] = answer_of(send(transport, f"{server.url}/m"))
            assert len(server.ledger) == 1
        transport.close()
    assert given["curl"] == given["requests"]
