"""A secret goes to the origins it is made for, and into nothing that is kept."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.api import Request
from harness.credentials import open_wallet
from harness.data.exchange import Exchange, Fault
from harness.data.noun import replace
from harness.stages.call.building import Builder
from harness.transport import open_transport
from tests.stages.world import (
    TOKEN,
    Reply,
    World,
    error,
    exchanges,
    lab_provider,
    lab_suite,
    lab_task,
    ok,
)
from tests.transport.faulty import FaultyServer, Line, Seen


def secrets_sent(world: World) -> set[str | None]:
    return {t.secret.line if t.secret else None for t in world.fake.tickets}


def test_the_secret_goes_to_the_origins_it_is_made_for() -> None:
    world = World(lambda *_: ok())
    world.run(2)
    assert secrets_sent(world) == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "url",
    [
        "http://lab.example/m",
        "https://evil.example/m",
        "https://lab.example.evil.example/m",
        "https://lab.example@evil.example/m",
        "https://evil.example\\@lab.example/m",
        "https://evil.example/lab.example",
        "https://lab.example%2eevil.example/m",
        "//lab.example/m",
        "https://lab.example:99999/m",
    ],
)
def test_a_suite_cannot_choose_where_it_goes(url: str) -> None:
    world = World(lambda *_: error(401), suite=lab_suite({"only": url}, attempts=1))
    for one in exchanges(world.run(1)):
        assert one.fault is not None
        assert "--trust ORIGIN" in one.fault.hint
    assert secrets_sent(world) == {None}


def test_loopback_and_trusted_origins_receive_it_too() -> None:
    urls = {"a": "http://127.0.0.1:9/m", "b": "http://[::1]:9/m", "c": "https://gw.example:8443/m"}
    wallet = open_wallet({"LAB_TOKEN": TOKEN}, ["https://GW.example:8443/any/path"])
    world = World(lambda *_: ok(), suite=lab_suite(urls), wallet=wallet)
    world.run(1)
    assert secrets_sent(world) == {f"Bearer {TOKEN}"}


def test_what_is_known_of_secrets_does_not_grow_with_addresses() -> None:
    """A job has addresses of its own, and a file at the end may lie with anybody."""
    builder = Builder(lab_task(), lab_suite().run, open_wallet({"LAB_TOKEN": TOKEN}))
    provider, (target, _) = lab_provider(), lab_suite().targets
    for number in range(2000):
        own = builder.secret_for(provider, target, f"https://lab.example/jobs/{number}")
        assert own is not None
        assert builder.secret_for(provider, target, f"https://x{number}.example/file") is None
    assert builder.secret_for(provider, target, "http://lab.example/jobs/1") is None
    assert len(builder._secrets) <= 256


ECHOES = {
    "plain": TOKEN,
    "in a header line": f"Authorization: Bearer {TOKEN}",
    "in a URL": quote(TOKEN, safe=""),
    "base64": base64.b64encode(TOKEN.encode()).decode(),
    "at the end of a long message": "x" * 180 + TOKEN,
    "twice": TOKEN + TOKEN,
}


@pytest.mark.parametrize("how", ECHOES)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_server_that_echoes_the_secret_is_redacted_everywhere(how: str, status: int) -> None:
    echo = ECHOES[how]

    def server(_ticket: object, _tries: int) -> Reply:
        body = {"error": echo, "seen": [echo]}
        return error(
            status,
            body,
            x_request_id=echo,
            x_error_message=echo if how == "plain" else "",
            location=echo,
            set_cookie=echo,
        )

    world = World(server)
    ended = world.run(2)
    kept = repr(ended) + repr(world.caller)
    for length in (len(TOKEN), 12):  # half a secret is one too many
        assert TOKEN[:length] not in kept
        assert base64.b64encode(TOKEN.encode()).decode()[: length - 4] not in kept
    assert "[removed]" in kept


def test_a_secret_that_a_fault_of_the_way_repeats_is_removed() -> None:
    fault = Fault(kind="malformed", message=f"illegal header value: Bearer {TOKEN}")
    assert TOKEN not in repr(World(lambda *_: fault).run(2))


def test_a_secret_in_the_request_is_removed_from_what_is_kept() -> None:
    provider = lab_provider(
        request=lambda _call: Request(
            url=f"https://lab.example/m?key={TOKEN}", body=json.dumps({"key": TOKEN}).encode()
        )
    )
    world = World(lambda *_: ok(), provider=provider)
    assert TOKEN not in repr(world.run(2))
    assert TOKEN.encode() in world.fake.tickets[0].request.body


def test_a_plugin_that_repeats_the_secret_in_its_error_is_redacted() -> None:
    def request(_call: object) -> Request:
        raise ValueError(f"what is {TOKEN}?")

    assert TOKEN not in repr(World(lambda *_: ok(), provider=lab_provider(request=request)).run(2))


def test_a_secret_is_looked_up_once_an_address(tmp_path: Path) -> None:
    class Counting(dict[str, str]):
        reads = 0

        def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
            Counting.reads += key == "LAB_TOKEN"
            return super().get(key, default)

    world = World(lambda *_: ok(), wallet=open_wallet(Counting(LAB_TOKEN=TOKEN)))
    world.run(50)
    assert Counting.reads < 20


@pytest.mark.parametrize("name", ["curl", "requests"])
def test_over_a_real_socket_an_echo_of_the_request_holds_no_secret(name: str) -> None:
    def script(line: Line, seen: Seen) -> bool:
        body = json.dumps({"error": dict(seen.headers)}).encode()
        echo = seen.headers["authorization"]
        head = f"HTTP/1.1 403 No\r\nX-Request-Id: {echo}\r\nContent-Length: {len(body)}\r\n\r\n"
        line.send(head.encode() + body)
        return True

    transport = open_transport(name, workers=4)
    try:
        with FaultyServer(script) as server:
            urls = {"a": f"{server.url}/a", "b": f"{server.url}/b"}
            world = World(lambda *_: ok(), suite=lab_suite(urls), transport=transport)
            ended = world.run(3)
    finally:
        transport.close()
    assert {seen.headers["authorization"] for seen in server.ledger} == {f"Bearer {TOKEN}"}
    assert TOKEN not in repr(ended)
    for one in ended.values():
        assert isinstance(one, Exchange)
        assert one.response is not None
        assert one.response.headers["x-request-id"] == "Bearer [removed]"


@pytest.mark.parametrize("way", [{"proxy": "http://127.0.0.1:1"}, {"ca_file": "/lab/ca.pem"}])
def test_no_secret_goes_along_on_a_way_the_suite_chose(way: dict[str, str]) -> None:
    suite = lab_suite()
    suite = replace(suite, targets=tuple(replace(target, **way) for target in suite.targets))
    world = World(lambda *_: error(401), suite=suite)
    ended = exchanges(world.run(1))
    assert secrets_sent(world) == {None}
    assert [(t.proxy, t.ca_file) for t in world.fake.tickets] == [
        (way.get("proxy"), way.get("ca_file"))
    ] * 2
    assert all(one.fault and "--trust ORIGIN" in one.fault.hint for one in ended)


def test_it_does_where_the_user_trusts_the_origin() -> None:
    suite = lab_suite()
    proxied = tuple(replace(target, proxy="http://127.0.0.1:1") for target in suite.targets)
    wallet = open_wallet({"LAB_TOKEN": TOKEN}, ["https://lab.example"])
    world = World(lambda *_: ok(), suite=replace(suite, targets=proxied), wallet=wallet)
    world.run(1)
    assert secrets_sent(world) == {f"Bearer {TOKEN}"}
