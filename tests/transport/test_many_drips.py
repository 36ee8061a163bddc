"""However slowly many answers drip at once, each attempt ends with its deadline."""

import contextlib
import time

import pytest

from harness.transport import open_transport
from tests.transport.faulty import FaultyServer, Line, Script, Seen
from tests.transport.sending import fault_in, ticket

pytestmark = pytest.mark.e2e

MANY = 200
DEADLINE_S, LATE_S = 2.0, 1.0
SLOWEST, FASTEST = 0.1, 10.0
"""Bytes a second."""

OK = b"HTTP/1.1 200 OK\r\n"
PHASES = {
    "status line": (b"", b"HTTP/1.1 200 " + b"O" * 500),
    "headers": (OK, b"X-Pad: " + b"y" * 500),
    "body": (OK + b"Content-Length: 500\r\n\r\n", b" " * 500),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 100),
    "events": (OK + b"Content-Type: text/event-stream\r\n\r\n", b": ping\n\n" * 100),
}


def drips(number: int) -> Script:
    """Give a script for one of many: each phase at every speed between the slowest and fastest."""
    at_once, data = list(PHASES.values())[number % len(PHASES)]
    bytes_a_s = SLOWEST * (FASTEST / SLOWEST) ** (number / (MANY - 1))

    def script(line: Line, _seen: Seen) -> None:
        line.send(at_once)
        line.drip(data, 1 / bytes_a_s)

    return script


def test_two_hundred_drips_at_once_all_end_with_their_deadline() -> None:
    pytest.importorskip("pycurl")
    ended_s: dict[int, float] = {}
    with (
        FaultyServer({f"/{number}": drips(number) for number in range(MANY)}) as server,
        contextlib.closing(open_transport("curl", workers=MANY)) as curl,
    ):
        started_s = time.monotonic()
        sent_s: dict[int, float] = {}
        for key in range(MANY):
            sent_s[key] = time.monotonic()
            curl.submit(ticket(f"{server.url}/{key}", key=key, deadline_s=DEADLINE_S))
        while len(ended_s) < MANY:
            for outcome in curl.finished(0.1):
                ended_s[outcome.key] = time.monotonic() - sent_s[outcome.key]
                assert fault_in(outcome).kind == "timeout", outcome
                assert outcome.timings.total_s is not None
                assert outcome.timings.total_s <= DEADLINE_S + LATE_S
            assert time.monotonic() - started_s < DEADLINE_S + LATE_S + 2.0, len(ended_s)
        assert len(server.ledger) == MANY
    print(f"{min(ended_s.values()):.3f} to {max(ended_s.values()):.3f} s")
    assert min(ended_s.values()) >= DEADLINE_S - 0.01
    assert max(ended_s.values()) <= DEADLINE_S + LATE_S
