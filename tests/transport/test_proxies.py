"""What a proxy says is told from what the server says; the suite alone names the proxy."""

import contextlib

import pytest

from harness.transport import Transport, open_transport
from tests.transport.certificates import Certificate, context
from tests.transport.faulty import FaultyServer, Line, Seen, raw, reply
from tests.transport.frames import multiplexed
from tests.transport.sending import answer_of, fault_in, send
from tests.transport.tunnels import OPENED, tunnel


@pytest.mark.parametrize("name", ["curl", "requests"])
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_no_word_of_the_environment_goes_past_the_proxy_of_the_suite(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "curl":
        pytest.importorskip("pycurl")
    monkeypatch.setenv(variable, "*")
    with (
        FaultyServer(reply()) as proxy,
        FaultyServer(reply()) as server,
        contextlib.closing(open_transport(name, workers=2)) as transport,
    ):
        answer_of(send(transport, f"{server.url}/m", proxy=proxy.url))
        assert server.ledger == []
        assert [seen.path for seen in proxy.ledger] == [f"{server.url}/m"]


def test_through_a_tunnel_only_the_servers_headers_are_the_answers(
    curl: Transport, certificate: Certificate
) -> None:
    tls = context(certificate)
    with FaultyServer(reply(X_Sha="a"), tls=tls) as server, FaultyServer(tunnel()) as proxy:
        way = {"proxy": proxy.url, "ca_file": str(certificate[1])}
        first = send(curl, f"{server.url}/m", **way)
        again = send(curl, f"{server.url}/m", **way)
    assert [seen.method for seen in proxy.ledger] == ["CONNECT"]
    for outcome in (first, again):
        assert dict(answer_of(outcome).headers) == {"x-sha": "a", "content-length": "34"}
    assert first.timings.connect_s
    assert first.timings.tls_s is None  # it cannot be told from the proxy's part
    assert again.timings.connect_s == 0


def test_an_empty_answer_of_http_2_comes_whole_through_a_tunnel(
    curl: Transport, certificate: Certificate
) -> None:
    tls = context(certificate, "h2")
    with FaultyServer(multiplexed(b""), tls=tls) as server, FaultyServer(tunnel()) as proxy:
        way = {"proxy": proxy.url, "ca_file": str(certificate[1])}
        response = answer_of(send(curl, f"{server.url}/m", **way))
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize(("status", "is_transient"), [(407, False), (403, False), (502, True)])
def test_a_proxy_that_opens_no_tunnel_is_named_and_only_its_own_trouble_passes(
    curl: Transport, status: int, is_transient: bool
) -> None:
    refusal = b"HTTP/1.1 %d No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
    with FaultyServer(raw(refusal % status)) as proxy:
        outcome = send(curl, "https://models.example/m", proxy=proxy.url)
    fault = fault_in(outcome)
    assert (fault.kind, fault.is_transient) == ("connect", is_transient)
    assert "the proxy" in fault.message
    assert str(status) in fault.message
    assert "proxy" in fault.hint
    assert outcome.timings.first_byte_s is None


def test_an_open_tunnel_without_an_answer_has_no_first_byte(curl: Transport) -> None:
    def silent(line: Line, _seen: Seen) -> None:
        line.send(OPENED)
        line.wait(5)

    with FaultyServer(silent) as proxy:
        outcome = send(curl, "https://models.example/m", proxy=proxy.url, deadline_s=0.3)
    fault = fault_in(outcome)
    assert fault.kind == "timeout"
    assert "while connecting" in fault.message
    assert "proxy" in fault.message
    assert outcome.timings.first_byte_s is None
    assert outcome.timings.connect_s is None


def test_a_proxy_that_hangs_up_on_connect_may_be_asked_again(curl: Transport) -> None:
    with FaultyServer(raw(b"")) as proxy:
        fault = fault_in(send(curl, "https://models.example/m", proxy=proxy.url))
    assert (fault.kind, fault.is_transient) == ("truncated", True)
    assert "CONNECT" in fault.message
