"""A request goes where the suite says, and carries what we gave it; nothing else decides."""

from pathlib import Path

import pytest

from harness.transport import Transport, open_transport
from tests.transport.faulty import FaultyServer, reply
from tests.transport.sending import SECRET, answer_of, collect, fault_in, send, ticket


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(transport: Transport, status: int) -> None:
    with FaultyServer(reply()) as evil, FaultyServer(lambda *_: None) as _idle:
        here = evil.url.removeprefix("http:")
        locations = [f"{evil.url}/x", f"{here}/x", "/m", f"http://a:b@{here[2:]}/x", "file:///x"]
        scripts = {
            f"/{number}": reply(b"", f"{status} Moved", Location=location)
            for number, location in enumerate(locations)
        }
        with FaultyServer(scripts) as server:
            for path in scripts:
                response = answer_of(send(transport, server.url + path, secret=SECRET))
                assert response.status == status
            assert len(server.ledger) == len(locations)
        assert evil.ledger == []


@pytest.mark.parametrize("name", ["curl", "requests"])
def test_netrc_and_proxies_of_the_environment_are_ignored(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer(reply()) as proxy, FaultyServer({"/m": reply()}) as server:
        netrc = tmp_path / ".netrc"
        netrc.write_text("machine 127.0.0.1 login thief password canary\n", encoding="utf-8")
        netrc.chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(variable, proxy.url)
        transport = open_transport(name, workers=2)
        try:
            send(transport, f"{server.url}/m")
            send(transport, f"{server.url}/m", secret=SECRET)
        finally:
            transport.close()
    assert proxy.ledger == []
    sent = [seen.headers.get("authorization") for seen in server.ledger]
    assert sent == [None, SECRET.line]
    assert not any("proxy-authorization" in seen.headers for seen in server.ledger)


def test_a_credential_stays_with_its_request(transport: Transport) -> None:
    with FaultyServer(reply()) as server:
        for key in range(40):
            secret = SECRET if key % 2 else None
            transport.submit(ticket(f"{server.url}/{key % 2}", key=key, secret=secret))
        collect(transport, 40)
    for seen in server.ledger:
        expected = SECRET.line if seen.path == "/1" else None
        assert seen.headers.get("authorization") == expected


def test_no_name_on_the_way_shows_the_secret() -> None:
    carrying = ticket("http://127.0.0.1/m", secret=SECRET)
    assert SECRET.value not in repr(carrying)
    assert SECRET.value not in repr(SECRET)


def test_the_proxy_of_a_target_is_used(transport: Transport) -> None:
    with FaultyServer(reply()) as proxy:
        answer_of(send(transport, "http://models.example/m", proxy=proxy.url))
    (seen,) = proxy.ledger
    assert seen.path == "http://models.example/m"
    assert seen.headers["host"] == "models.example"


def test_a_proxy_is_used_for_its_own_target_only(transport: Transport) -> None:
    with FaultyServer(reply()) as proxy, FaultyServer({"/m": reply()}) as server:
        answer_of(send(transport, "http://models.example/m", proxy=proxy.url))
        answer_of(send(transport, f"{server.url}/m"))
    assert len(proxy.ledger) == len(server.ledger) == 1


def test_a_proxy_that_is_not_there_is_a_fault_of_the_way(transport: Transport) -> None:
    fault = fault_in(send(transport, "http://models.example/m", proxy="http://127.0.0.1:1"))
    assert fault.kind == "connect"
