"""Of an event stream it is known when each part arrived."""

import gzip
import time

import pytest

from harness.transport import Transport
from harness.transport.arrivals import Arrivals, is_event_stream
from tests.transport.faulty import FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, fault_in, send, ticket

EVENTS = [b": hello\n\n", b'data: {"a":1}\n\n', b"data: [DONE]\n\n"]
GAP_S = 0.15


def stream(line: Line, _seen: Seen) -> bool:
    """Send the events, some time between them."""
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n")
    line.send(b"Transfer-Encoding: chunked\r\n\r\n")
    for event in EVENTS:
        line.send(b"%x\r\n%s\r\n" % (len(event), event))
        line.wait(GAP_S)
    line.send(b"0\r\n\r\n")
    return True


def test_each_event_has_the_time_it_arrived(transport: Transport) -> None:
    with FaultyServer({"/s": stream}) as server:
        outcome = send(transport, f"{server.url}/s")
    response = answer_of(outcome)
    assert response.body == b"".join(EVENTS)
    lengths = [len(b"".join(EVENTS[: n + 1])) for n in range(3)]
    assert [received for _, received in response.arrivals] == lengths
    times = [at_s for at_s, _ in response.arrivals]
    assert times[1] - times[0] == pytest.approx(GAP_S, abs=0.1)
    assert times[2] - times[1] == pytest.approx(GAP_S, abs=0.1)
    assert outcome.timings.total_s is not None
    assert times[2] <= outcome.timings.total_s
    assert outcome.timings.first_byte_s == pytest.approx(times[0], abs=0.05)


def test_arrivals_of_a_packed_stream_count_decoded_bytes(transport: Transport) -> None:
    body = b"".join(EVENTS)
    script = reply(gzip.compress(body), Content_Type="text/event-stream", Content_Encoding="gzip")
    with FaultyServer({"/s": script}) as server:
        response = answer_of(send(transport, f"{server.url}/s"))
    assert response.body == body
    assert response.arrivals[-1][1] == len(body)


def test_other_answers_have_no_arrivals(transport: Transport) -> None:
    with FaultyServer({"/s": reply()}) as server:
        assert answer_of(send(transport, f"{server.url}/s")).arrivals == ()


def test_a_stream_after_a_plain_answer_on_the_same_connection(transport: Transport) -> None:
    with FaultyServer({"/plain": reply(), "/s": stream}) as server:
        assert answer_of(send(transport, f"{server.url}/s")).arrivals
        assert not answer_of(send(transport, f"{server.url}/plain")).arrivals
        assert answer_of(send(transport, f"{server.url}/s")).arrivals


@pytest.mark.parametrize(
    ("content_type", "streams"),
    [
        ("text/event-stream", True),
        (" Text/Event-Stream ; charset=utf-8", True),
        ("application/x-ndjson", True),
        ("application/json", False),
        ("", False),
    ],
)
def test_the_media_type_tells_a_stream(content_type: str, streams: bool) -> None:
    assert is_event_stream(content_type) is streams


def test_a_drip_of_single_bytes_fills_no_memory() -> None:
    arrivals = Arrivals(time.perf_counter())
    for received in range(1, 200_001):
        arrivals.note(received)
    assert len(arrivals.entries) < 2_000
    assert arrivals.entries[-1][1] == 200_000


def test_a_stream_that_outlives_its_deadline_is_a_fault_with_what_came_of_it(
    transport: Transport,
) -> None:
    def endless(line: Line, _seen: Seen) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + EVENTS[1])
        line.wait(5)

    with FaultyServer({"/s": endless, "/plain": endless_text}) as server:
        transport.submit(ticket(f"{server.url}/s", deadline_s=0.4))
        (outcome,) = collect(transport, 1)
        plain = send(transport, f"{server.url}/plain", deadline_s=0.3)
    assert fault_in(outcome).kind == "timeout"
    assert outcome.response is not None
    assert outcome.response.body == EVENTS[1]
    assert outcome.response.arrivals[0][0] < 0.3
    assert fault_in(plain).kind == "timeout"
    assert plain.response is None  # half an answer that is no stream says nothing


def endless_text(line: Line, _seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[1,")
    line.wait(5)
