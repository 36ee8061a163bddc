"""Over TLS libcurl speaks HTTP/2 where the server offers it; nothing else changes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from harness.data.exchange import Response
from harness.transport import Finished, Transport
from tests.transport.certificates import Certificate
from tests.transport.sending import SECRET, answer_of, collect, fault_in, send, ticket

pycurl = pytest.importorskip("pycurl")
pytest.importorskip("h2")
from h2.errors import ErrorCodes  # noqa: E402 - needs h2

from tests.transport.multiplex import (  # noqa: E402 - needs h2
    Asked,
    MultiplexServer,
    Script,
    replies,
)

pytestmark = pytest.mark.skipif(
    not pycurl.version_info()[4] & pycurl.VERSION_HTTP2, reason="this libcurl has no HTTP/2"
)
BODY = b'[{"label":"POSITIVE","score":0.9}]'
TOGETHER = 8
Serve = Callable[..., MultiplexServer]
Send = Callable[..., Finished]


@pytest.fixture
def serve(certificate: Certificate) -> Iterator[Serve]:
    """Opens a server that ends with the test."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(MultiplexServer(script, certificate))


@pytest.fixture
def ask(curl: Transport, certificate: Certificate) -> Send:
    """Sends one request to a server that the certificate is of."""
    return partial(send, curl, ca_file=str(certificate[1]))


def test_a_request_and_its_answer_are_whole(serve: Serve, ask: Send) -> None:
    server = serve(replies(BODY, 201, x_sha="a" * 40, content_type="application/json"))
    outcome = ask(f"{server.url}/m?x=1", body=b'{"inputs": "text"}', secret=SECRET)
    response = answer_of(outcome)
    assert (response.status, response.body) == (201, BODY)
    assert dict(response.headers) == {"x-sha": "a" * 40, "content-type": "application/json"}
    (asked,) = server.ledger
    assert (asked.method, asked.path, bytes(asked.body)) == (
        "POST",
        "/m?x=1",
        b'{"inputs": "text"}',
    )
    assert asked.headers["authorization"] == SECRET.line
    assert outcome.timings.connect_s is not None
    assert outcome.timings.connect_s > 0


def test_calls_share_one_connection_at_the_same_time(
    serve: Serve, ask: Send, curl: Transport, certificate: Certificate
) -> None:
    def when_all_are_here(asked: Asked) -> Iterator[float]:
        while asked.path != "/first" and len(server.ledger) < 1 + TOGETHER:
            yield 0.001
        yield from replies(bytes(asked.body), x_path=asked.path)(asked)

    server = serve(when_all_are_here)
    answer_of(ask(f"{server.url}/first"))
    for key in range(TOGETHER):
        url, body = f"{server.url}/{key}", json.dumps(key).encode()
        curl.submit(ticket(url, key=key, body=body, ca_file=str(certificate[1])))
    outcomes = {outcome.key: outcome for outcome in collect(curl, TOGETHER)}
    assert len({asked.stream for asked in server.ledger}) == 1 + TOGETHER
    assert server.connections() == 1
    for key, outcome in outcomes.items():
        response = answer_of(outcome)
        assert (response.body, response.headers["x-path"]) == (str(key).encode(), f"/{key}")
        assert outcome.timings.connect_s == 0.0


@pytest.mark.parametrize("status", [200, 204])
def test_an_answer_without_a_body_is_no_cut_one(serve: Serve, ask: Send, status: int) -> None:
    response = answer_of(ask(f"{serve(replies(b'', status)).url}/m"))
    assert (response.status, response.body) == (status, b"")


def reset_at_once(asked: Asked) -> Iterator[float]:
    asked.reset(ErrorCodes.INTERNAL_ERROR)
    yield 0.0


def reset_in_body(asked: Asked) -> Iterator[float]:
    asked.head()
    yield from asked.data(BODY[:9])
    yield 0.02
    asked.reset(ErrorCodes.INTERNAL_ERROR)


def cancelled_in_body(asked: Asked) -> Iterator[float]:
    asked.head(content_length=str(len(BODY)))
    yield from asked.data(BODY[:9])
    yield 0.02
    asked.reset(ErrorCodes.CANCEL)


def hangs_up_in_body(asked: Asked) -> Iterator[float]:
    asked.head()
    yield from asked.data(BODY[:9])
    yield 0.02
    asked.sock.close()


def ends_early(asked: Asked) -> Iterator[float]:
    asked.head(content_length=str(len(BODY)))
    asked.line.config.validate_outbound_headers = False
    yield from asked.data(BODY[:9])
    asked.sock.sendall(asked.line.data_to_send() + (0).to_bytes(3) + b"\0\1" + _number(asked))
    yield 0.1


def goes_away(asked: Asked) -> Iterator[float]:
    asked.line.close_connection(ErrorCodes.PROTOCOL_ERROR, last_stream_id=asked.stream)
    yield 0.02


def _number(asked: Asked) -> bytes:
    return asked.stream.to_bytes(4)


def breaks_the_frames(asked: Asked) -> Iterator[float]:
    asked.head()
    yield from asked.data(BODY[:9])
    asked.sock.sendall(asked.line.data_to_send() + b"\xff\xff\xff\0\0" + _number(asked))
    yield 1.0


@pytest.mark.parametrize(
    "script",
    [
        reset_at_once,
        reset_in_body,
        cancelled_in_body,
        hangs_up_in_body,
        ends_early,
        goes_away,
        breaks_the_frames,
    ],
)
def test_a_stream_that_ends_before_its_end_is_cut_short(
    serve: Serve, ask: Send, script: Script
) -> None:
    server = serve({"/m": script, "/well": replies(BODY)})
    fault = fault_in(ask(f"{server.url}/m"))
    assert (fault.kind, fault.is_transient) == ("truncated", True), fault
    assert answer_of(ask(f"{server.url}/well")).body == BODY


def test_a_stream_that_was_refused_unread_is_sent_again_unseen(serve: Serve, ask: Send) -> None:
    def refused_once(asked: Asked) -> Iterator[float]:
        if len(server.ledger) > 1:
            yield from replies(BODY)(asked)
        else:
            asked.reset(ErrorCodes.REFUSED_STREAM)

    server = serve(refused_once)
    assert answer_of(ask(f"{server.url}/m")).body == BODY
    assert len(server.ledger) == 2


def test_a_reset_stream_leaves_the_others_of_its_connection_alone(
    serve: Serve, ask: Send, curl: Transport, certificate: Certificate
) -> None:
    def slow(asked: Asked) -> Iterator[float]:
        asked.head()
        yield from asked.data(BODY[:5])
        yield 0.2
        yield from asked.data(BODY[5:], is_end=True)

    server = serve({"/first": replies(BODY), "/slow": slow, "/cut": reset_in_body})
    ask(f"{server.url}/first")
    for key, path in enumerate(("slow", "cut")):
        curl.submit(ticket(f"{server.url}/{path}", key=key, ca_file=str(certificate[1])))
    whole, cut = sorted(collect(curl, 2), key=lambda outcome: outcome.key)
    assert answer_of(whole).body == BODY
    assert fault_in(cut).kind == "truncated"
    assert server.connections() == 1


@pytest.mark.parametrize("headers", [{}, {"content_length": "2000000"}])
def test_an_answer_over_the_cap_is_refused_and_its_stream_given_up(
    serve: Serve, ask: Send, headers: dict[str, str]
) -> None:
    server = serve({"/m": replies(b"x" * 2_000_000, **headers), "/well": replies(BODY)})
    fault = fault_in(ask(f"{server.url}/m", max_body_bytes=100_000))
    assert fault.kind == "malformed"
    assert "larger than" in fault.message
    assert answer_of(ask(f"{server.url}/well")).body == BODY


def silent(_asked: Asked) -> Iterator[float]:
    yield 60.0


def dripping(asked: Asked) -> Iterator[float]:
    asked.head()
    while True:
        yield from asked.data(b" ")
        yield 0.05


@pytest.mark.parametrize(
    ("script", "phase"), [(silent, "no byte came"), (dripping, "while reading the answer")]
)
def test_the_deadline_is_the_whole_calls(
    serve: Serve, ask: Send, script: Script, phase: str
) -> None:
    server = serve({"/m": script, "/well": replies(BODY)})
    answer_of(ask(f"{server.url}/well"))  # the connection is there
    began_s = time.monotonic()
    outcome = ask(f"{server.url}/m", deadline_s=0.4)
    assert time.monotonic() - began_s < 1.4
    fault = fault_in(outcome)
    assert (fault.kind, fault.is_transient) == ("timeout", True)
    assert phase in fault.message
    assert outcome.timings.total_s == pytest.approx(0.4, abs=0.3)
    assert answer_of(ask(f"{server.url}/well")).body == BODY


def test_events_are_told_with_their_arrivals(serve: Serve, ask: Send) -> None:
    events = [f"data: {number}\n\n".encode() for number in range(4)]

    def streaming(asked: Asked) -> Iterator[float]:
        asked.head(content_type="text/event-stream")
        for event in events:
            yield from asked.data(event)
            yield 0.1
        asked.line.end_stream(asked.stream)

    response: Response = answer_of(ask(f"{serve(streaming).url}/m"))
    assert response.body == b"".join(events)
    ends = [end for _, end in response.arrivals]
    assert ends == [len(events[0]) * count for count in (1, 2, 3, 4)]
    gaps_s = [
        later - earlier
        for (earlier, _), (later, _) in zip(response.arrivals, response.arrivals[1:], strict=False)
    ]
    assert all(gap_s > 0.05 for gap_s in gaps_s), response.arrivals


@pytest.mark.parametrize("body", [BODY, b""])
def test_trailers_are_no_headers(serve: Serve, ask: Send, body: bytes) -> None:
    def with_trailers(asked: Asked) -> Iterator[float]:
        asked.head(x_sha="a")
        yield from asked.data(body)
        asked.trailers(**{"x-sha": "b", "grpc-status": "0"})

    response = answer_of(ask(f"{serve(with_trailers).url}/m"))
    assert response.body == body
    assert dict(response.headers) == {"x-sha": "a"}
