"""A watchdog cuts what it can, gives up what it cannot, and forgets what has ended."""

import contextlib
import queue
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

from harness.transport.watch import Watch
from harness.transport.watchdog import Watchdog
from tests.transport.sending import ticket

URL = "http://127.0.0.1/m"


class Told:
    """What a watchdog said, in order."""

    def __init__(self) -> None:
        self.lost: queue.SimpleQueue[Watch] = queue.SimpleQueue()
        self.cuts = threading.Semaphore(0)

    def watchdog(self, grace_s: float = 30.0) -> contextlib.closing[Watchdog]:
        made = Watchdog(on_cut=self.cuts.release, on_lost=self.lost.put, grace_s=grace_s)
        return contextlib.closing(made)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(10)
        theirs.settimeout(10)
        yield ours, theirs


class Connection:
    """What a library has: a socket, or none yet."""

    def __init__(self, sock: socket.socket | None) -> None:
        self.sock = sock


def test_a_socket_is_cut_at_the_deadline_and_the_attempt_stays_the_workers(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    told, watch = Told(), Watch()
    with told.watchdog() as watchdog:
        watchdog.arm(watch, ticket(URL, deadline_s=0.05))
        watch.hold(Connection(pair[0]))
        assert pair[0].recv(1) == b""  # it would wait for ten seconds
        assert told.cuts.acquire(timeout=5)
        assert watchdog.disarm(watch)
        assert watch.was_cut
    assert told.lost.empty()


def test_an_attempt_without_a_socket_is_given_up_at_once_and_once() -> None:
    told, watch = Told(), Watch()
    with told.watchdog() as watchdog:
        watchdog.arm(watch, ticket(URL, deadline_s=0.05))
        watch.hold(Connection(None))
        assert told.lost.get(timeout=5) is watch
        assert watch.phase == "while connecting"
        assert not watchdog.disarm(watch)
    assert told.lost.empty()


def test_an_attempt_that_does_not_come_back_after_its_cut_is_given_up(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    told, watch = Told(), Watch()
    with told.watchdog(grace_s=0.05) as watchdog:
        watchdog.arm(watch, ticket(URL, deadline_s=0.05))
        watch.hold(Connection(pair[0]))
        assert told.lost.get(timeout=5) is watch
        assert not watchdog.disarm(watch)
    assert told.lost.empty()


def test_an_attempt_that_ended_in_time_is_neither_cut_nor_given_up(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    told, quick, slow = Told(), Watch(), Watch()
    with told.watchdog() as watchdog:
        watchdog.arm(quick, ticket(URL, deadline_s=0.05))
        watchdog.arm(slow, ticket(URL, deadline_s=0.1))
        quick.hold(Connection(pair[0]))
        assert watchdog.disarm(quick)
        assert told.lost.get(timeout=5) is slow  # so the moment of the other is over
        assert not quick.was_cut
    pair[0].sendall(b"still there")
    assert pair[1].recv(20) == b"still there"


def test_the_next_attempt_of_a_worker_has_a_deadline_of_its_own() -> None:
    told, watch = Told(), Watch()
    with told.watchdog() as watchdog:
        watchdog.arm(watch, ticket(URL, deadline_s=0.05))
        assert watchdog.disarm(watch)
        watchdog.arm(watch, ticket(URL, key=7, deadline_s=60.0))
        other = Watch()
        watchdog.arm(other, ticket(URL, deadline_s=0.1))
        assert told.lost.get(timeout=5) is other
        assert not watch.was_cut
        assert watch.ticket is not None
        assert watch.ticket.key == 7


def test_attempts_that_ended_are_forgotten_long_before_they_would_be_due() -> None:
    told, first = Told(), Watch()
    ended: list[weakref.ref[Watch]] = []
    with told.watchdog() as watchdog:
        watchdog.arm(first, ticket(URL, deadline_s=500.0))  # alive, and due before the others
        for _ in range(5000):
            watch = Watch()
            ended.append(weakref.ref(watch))
            watchdog.arm(watch, ticket(URL, deadline_s=600.0))
            assert watchdog.disarm(watch)
        assert sum(one() is not None for one in ended) < 200
        assert watchdog.disarm(first)


def test_closing_cuts_what_is_watched(pair: tuple[socket.socket, socket.socket]) -> None:
    told, watch = Told(), Watch()
    with told.watchdog() as watchdog:
        watchdog.arm(watch, ticket(URL, deadline_s=60.0))
        watch.hold(Connection(pair[0]))
    assert pair[0].recv(1) == b""
    assert told.cuts.acquire(timeout=5)
    assert told.lost.empty()


def test_what_is_written_while_a_tls_connection_is_cut_never_travels_in_the_clear(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context()
    ours = context.wrap_socket(pair[0], server_hostname="x", do_handshake_on_connect=False)
    ours.settimeout(0)
    real: Callable[[socket.socket, int], None] = socket.socket.shutdown

    def shutdown(sock: socket.socket, how: int) -> None:
        with contextlib.suppress(OSError):
            ours.send(b"Bearer canary")  # another thread, in the worst of moments
        real(sock, how)

    monkeypatch.setattr(socket.socket, "shutdown", shutdown)
    watch = Watch()
    watch.hold(Connection(ours))
    with ours:
        assert watch.cut()
        came = b""
        while chunk := pair[1].recv(65536):
            came += chunk
    assert b"canary" not in came
    assert came[:1] == b"\x16"  # the hello of a handshake: it did try to write
