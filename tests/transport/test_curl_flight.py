"""What arrives is kept in order, in little more memory than it has bytes."""

import tracemalloc
from collections import deque
from collections.abc import Iterator

import pytest

from harness.transport.curl_kept import Kept
from harness.transport.held import Held
from tests.transport.sending import ticket

pycurl = pytest.importorskip("pycurl")
from harness.transport.curl_flight import Flight  # noqa: E402 - needs pycurl


@pytest.fixture
def flight() -> Iterator[Flight]:
    made = Flight(pycurl.Curl(), Held(), deque(), Kept())
    made.ticket = ticket("http://127.0.0.1/m")
    yield made
    made.handle.close()


def test_a_body_that_drips_takes_no_more_memory_than_its_bytes(flight: Flight) -> None:
    count = 50_000
    tracemalloc.start()
    try:
        for number in range(count):
            assert flight.on_body(b"%02d" % (number % 97)) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert b"".join(flight.body) == b"".join(b"%02d" % (number % 97) for number in range(count))
    assert flight.held.bytes == 2 * count
    assert peak < 6 * count  # the bytes, and room to grow


def test_chunks_of_all_sizes_keep_their_order(flight: Flight) -> None:
    chunks = [bytes([number % 251]) * size for number, size in enumerate([3, 5000, 1, 1, 2000, 7])]
    for chunk in chunks * 2:
        assert flight.on_body(chunk) is None
    assert b"".join(flight.body) == b"".join(chunks * 2)


def test_one_chunk_is_kept_as_it_came(flight: Flight) -> None:
    chunk = b"x" * 500
    flight.on_body(chunk)
    assert b"".join(flight.body) is chunk


def test_an_idle_handle_keeps_nothing(flight: Flight) -> None:
    flight.header_lines.append(b"HTTP/1.1 200 OK\r\n")
    flight.on_body(b"12")
    flight.unload()
    assert flight.held.bytes == 0
    assert (flight.ticket, flight.body, flight.headers) == (None, [], None)
    assert flight.header_lines == []
