"""Headers after the body are taken for no part of the answer, and break none."""

import pytest

from harness.transport import Transport
from tests.transport.certificates import Certificate, context
from tests.transport.faulty import FaultyServer, raw
from tests.transport.frames import multiplexed
from tests.transport.sending import answer_of, fault_in, send

CHUNKED = b"HTTP/1.1 200 OK\r\nX-Sha: a\r\nTransfer-Encoding: chunked\r\n\r\n"
TRAILERS = b"0\r\nX-Sha: b\r\nX-Late: 1\r\n\r\n"


@pytest.mark.parametrize("body", [b"[1]", b""])
def test_an_answer_with_trailers_is_whole_and_keeps_its_headers(
    transport: Transport, body: bytes
) -> None:
    chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    with FaultyServer({"/m": raw(CHUNKED + chunk + TRAILERS)}) as server:
        response = answer_of(send(transport, f"{server.url}/m"))
    assert response.body == body
    assert dict(response.headers) == {"x-sha": "a", "transfer-encoding": "chunked"}


@pytest.mark.parametrize("trailers", [b"0\r\nX-Late: 1\r\n", b"0\r\nX-La"])
def test_an_answer_that_ends_inside_its_trailers_is_truncated(
    transport: Transport, trailers: bytes
) -> None:
    if transport.name == "requests":
        pytest.skip("it reads no trailers, and sees no end of them missing")
    with FaultyServer({"/m": raw(CHUNKED + b"3\r\n[1]\r\n" + trailers)}) as server:
        assert fault_in(send(transport, f"{server.url}/m")).kind == "truncated"


@pytest.mark.parametrize("body", [b"[1]", b""])
def test_trailers_of_http_2_are_passed_over(
    curl: Transport, certificate: Certificate, body: bytes
) -> None:
    script = multiplexed(body, trailers={"x-sha": "b"})
    with FaultyServer(script, tls=context(certificate, "h2")) as server:
        response = answer_of(send(curl, f"{server.url}/m", ca_file=str(certificate[1])))
    assert response.body == body
    assert dict(response.headers) == {"x-sha": "a"}
