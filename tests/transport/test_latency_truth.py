"""The latency shown is the model's, held against the server's own record."""

import statistics
import time

import pytest

from harness.transport import open_transport
from tests.transport.faulty import FaultyServer, Line, Seen
from tests.transport.sending import answer_of, ticket

CALLS, CONCURRENCY, SERVICE_S = 200, 16, 0.05


def test_the_median_shown_is_the_time_the_server_took() -> None:
    pytest.importorskip("pycurl")
    served_s: list[float] = []

    def script(line: Line, seen: Seen) -> bool:
        line.wait(SERVICE_S)
        served_s.append(time.perf_counter() - seen.at_s)
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        return True

    transport = open_transport("curl", workers=CONCURRENCY)
    outcomes = []
    with FaultyServer(script) as server:
        sent = 0
        while len(outcomes) < CALLS:
            while sent < CALLS and sent - len(outcomes) < CONCURRENCY:
                transport.submit(ticket(f"{server.url}/m", key=sent))
                sent += 1
            outcomes.extend(transport.finished(0.1))
    transport.close()
    assert server.connections == CONCURRENCY
    truth_s = statistics.median(served_s)
    for name in ("first_byte_s", "total_s"):
        shown = [getattr(outcome.timings, name) for outcome in outcomes]
        assert min(shown) >= SERVICE_S - 0.001
        # Loose on purpose: this holds the clock honest, it does not measure the machine.
        assert statistics.median(shown) - truth_s < 0.005
    assert all(answer_of(outcome).status == 200 for outcome in outcomes)
    assert sum(outcome.timings.connect_s == 0 for outcome in outcomes) == CALLS - CONCURRENCY
