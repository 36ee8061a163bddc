"""Sessions are kept by origin, never more than calls at once, and keep nothing of a call."""

import contextlib

import pytest

from harness.transport import Ticket
from harness.transport.kept_sessions import KeptSessions
from harness.transport.sessions import SessionTransport
from tests.transport.faulty import FaultyServer, Line, Seen, reply
from tests.transport.sending import answer_of, collect, send, ticket


def to(url: str, **more: object) -> Ticket:
    return ticket(url, **more)


@pytest.fixture
def sessions() -> KeptSessions:
    return KeptSessions(2)


def test_a_session_serves_its_origin_again(sessions: KeptSessions) -> None:
    first = sessions.take(to("http://a.example/1"))
    sessions.give_back(first)
    assert sessions.take(to("HTTP://A.example/2")) is first


@pytest.mark.parametrize(
    "other",
    [
        to("https://a.example/1"),
        to("http://a.example:81/1"),
        to("http://b.example/1"),
        to("http://a.example/1", proxy="http://p.example:1"),
        to("http://a.example/1", ca_file="some.pem"),
    ],
)
def test_a_session_serves_no_other_origin_proxy_or_trust(
    sessions: KeptSessions, other: Ticket
) -> None:
    first = sessions.take(to("http://a.example/1"))
    sessions.give_back(first)
    assert sessions.take(other) is not first


def test_a_session_at_work_serves_nobody_else(sessions: KeptSessions) -> None:
    first, second = sessions.take(to("http://a.example/")), sessions.take(to("http://a.example/"))
    assert first is not second


def test_a_session_that_was_cut_is_not_used_again(sessions: KeptSessions) -> None:
    first = sessions.take(to("http://a.example/"))
    first.watch.cut()
    sessions.give_back(first)
    assert sessions.take(to("http://a.example/")) is not first


def test_no_more_connections_are_open_than_calls_allowed_whatever_the_origins() -> None:
    """Six origins in turn and at once, over two threads: never a third connection."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(FaultyServer({"/m": reply()})) for _ in range(6)]
        transport = stack.enter_context(contextlib.closing(SessionTransport(workers=2)))
        for number in range(36):
            transport.submit(ticket(f"{servers[number % 6].url}/m", key=number))
        assert all(answer_of(one).status == 200 for one in collect(transport, 36))
        idle = transport._sessions._idle
        pools = [kept.session.adapters["http://"].poolmanager.pools for kept in idle]
        assert sum(len(one) for one in pools) <= 2
        assert sum(server.open_now() for server in servers) <= 2


def test_two_origins_in_turn_keep_their_connections() -> None:
    with (
        FaultyServer({"/m": reply()}) as one,
        FaultyServer({"/m": reply()}) as other,
        contextlib.closing(SessionTransport(workers=2)) as transport,
    ):
        for _ in range(5):
            for server in (one, other):
                answer_of(send(transport, f"{server.url}/m"))
        assert (one.connections, other.connections) == (1, 1)


def test_no_cookie_is_kept_or_sent() -> None:
    def script(line: Line, seen: Seen) -> bool:
        cookie = f"n{seen.ordinal}=1; Max-Age=9999; Path=/"
        return reply(b"{}", Set_Cookie=cookie)(line, seen)

    with (
        FaultyServer(script) as server,
        contextlib.closing(SessionTransport(workers=1)) as transport,
    ):
        for _ in range(3):
            response = answer_of(send(transport, f"{server.url}/m"))
            assert response.headers["set-cookie"].startswith("n")
        (kept,) = transport._sessions._idle
        assert len(kept.session.cookies) == 0
    assert not any("cookie" in seen.headers for seen in server.ledger)
