"""The bytes of bodies on their way are counted as they arrive, and until they are handed over."""

import gzip
import threading
import time

from harness.transport import Transport
from tests.transport.faulty import FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, ticket


def until(transport: Transport, held_bytes: int) -> None:
    """Let answers arrive until so many bytes are held."""
    late = time.monotonic() + 5.0
    while transport.held_bytes < held_bytes:
        assert time.monotonic() < late, transport.held_bytes
        assert transport.finished(0.01) == []


def test_bytes_count_while_they_arrive_over_all_connections_and_no_longer(
    transport: Transport,
) -> None:
    go_on = threading.Event()

    def half(line: Line, _seen: Seen) -> bool:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n" + b"a" * 50_000)
        go_on.wait(5)
        line.send(b"b" * 30_000)
        return True

    with FaultyServer(half) as server:
        for key in range(3):
            transport.submit(ticket(f"{server.url}/m", key=key))
        until(transport, 150_000)
        assert transport.held_bytes == 150_000
        go_on.set()
        outcomes = collect(transport, 3)
    assert [len(answer_of(one).body) for one in outcomes] == [80_000] * 3
    assert transport.held_bytes == 0


def test_what_is_dropped_is_not_held(transport: Transport) -> None:
    """Over the cap, cut off, not gzip, timed out: nothing of it is left."""

    def cut(line: Line, _seen: Seen) -> bool:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"a" * 100)
        return False

    def endless(line: Line, _seen: Seen) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        line.wait(5)

    scripts = {
        "/large": reply(gzip.compress(bytes(50_000)), Content_Encoding="gzip"),
        "/cut": cut,
        "/junk": reply(b"no gzip", Content_Encoding="gzip"),
        "/late": endless,
    }
    with FaultyServer(scripts) as server:
        for key, path in enumerate(scripts):
            transport.submit(
                ticket(f"{server.url}{path}", key=key, max_body_bytes=10_000, deadline_s=0.5)
            )
        outcomes = collect(transport, len(scripts))
    assert all(one.fault is not None for one in outcomes)
    assert transport.held_bytes == 0
