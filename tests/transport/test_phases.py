"""Every duration is that of the phase it is named after, and a deadline names the phase it cut."""

import contextlib

import pytest

from harness.transport import Transport, open_transport
from tests.transport.certificates import Certificate, context
from tests.transport.faulty import JSON_BODY, FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, fault_in, send, ticket

EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </m>\r\n\r\n"


def test_a_new_connection_tells_look_up_and_tls_apart_and_a_reused_one_has_neither(
    curl: Transport, certificate: Certificate
) -> None:
    ca_file = str(certificate[1])
    with FaultyServer(reply(), tls=context(certificate)) as server:
        first = send(curl, f"{server.url}/m", ca_file=ca_file).timings
        again = send(curl, f"{server.url}/m", ca_file=ca_file).timings
    assert first.connect_s is not None
    assert first.lookup_s is not None
    assert first.tls_s is not None
    assert 0 < first.lookup_s < first.connect_s
    assert 0 < first.tls_s < first.connect_s
    assert first.lookup_s + first.tls_s < first.connect_s  # the TCP handshake is neither
    assert (again.connect_s, again.lookup_s, again.tls_s) == (0.0, None, None)


def test_without_tls_there_is_no_time_of_it(curl: Transport) -> None:
    with FaultyServer(reply()) as server:
        first = send(curl, f"{server.url}/m").timings
    assert first.lookup_s
    assert first.tls_s is None


@pytest.mark.parametrize("is_secure", [False, True])
def test_a_deadline_on_a_reused_connection_is_not_one_of_connecting(
    curl: Transport, certificate: Certificate, is_secure: bool
) -> None:
    def script(line: Line, seen: Seen) -> bool:
        if seen.path == "/silent":
            line.wait(5)
            return False
        return reply()(line, seen)

    tls = context(certificate) if is_secure else None
    with FaultyServer(script, tls=tls) as server:
        answer_of(send(curl, f"{server.url}/m", ca_file=str(certificate[1])))
        outcome = send(curl, f"{server.url}/silent", ca_file=str(certificate[1]), deadline_s=0.3)
        assert server.connections == 1
    assert "(no byte came)" in fault_in(outcome).message
    assert outcome.timings.connect_s == 0.0
    assert outcome.timings.first_byte_s is None


@pytest.mark.parametrize("body", [JSON_BODY, b""])
def test_the_first_byte_is_the_answers_not_that_of_what_comes_before(
    curl: Transport, body: bytes
) -> None:
    def script(line: Line, _seen: Seen) -> bool:
        line.send(EARLY)
        line.wait(0.2)
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        return True

    with FaultyServer(script) as server:
        timings = send(curl, f"{server.url}/m").timings
        again = send(curl, f"{server.url}/m").timings
    for one in (timings, again):
        assert one.first_byte_s is not None
        assert one.total_s is not None
        assert 0.19 < one.first_byte_s <= one.total_s + 0.001


def test_a_deadline_after_hints_alone_has_no_first_byte(curl: Transport) -> None:
    def script(line: Line, _seen: Seen) -> None:
        line.send(EARLY)
        line.wait(5)

    with FaultyServer(script) as server:
        outcome = send(curl, f"{server.url}/m", deadline_s=0.3)
    assert "(no byte came)" in fault_in(outcome).message
    assert outcome.timings.first_byte_s is None


def test_what_is_handed_over_long_before_it_is_sent_has_arrivals_on_the_clock_of_its_total(
    curl: Transport,
) -> None:
    data = b"data: 1\n\n"

    def slow(line: Line, seen: Seen) -> bool:
        line.wait(0.2)
        return reply()(line, seen)

    scripts = {"/m": reply(data, Content_Type="text/event-stream"), "/slow": slow}
    with FaultyServer(scripts) as server:
        curl.submit(ticket(f"{server.url}/m"))
        with contextlib.closing(open_transport("requests", workers=1)) as other:
            send(other, f"{server.url}/slow")  # meanwhile nothing is sent
        (outcome,) = collect(curl, 1)
    ((at_s, there),) = answer_of(outcome).arrivals
    assert there == len(data)
    assert outcome.timings.total_s is not None
    assert 0 < at_s < outcome.timings.total_s + 0.001 < 0.2
