"""A connection is known by its address here, and as closed once its server has closed it."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from harness.transport.curl_kept import Kept

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says so")


class Ends:
    """Both ends of connections, as many as are asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._stack = stack

    def open(self) -> tuple[socket.socket, socket.socket]:
        ours = self._stack.enter_context(socket.create_connection(self._listener.getsockname()))
        theirs = self._stack.enter_context(self._listener.accept()[0])
        return ours, theirs


@pytest.fixture
def ends() -> Iterator[Ends]:
    with ExitStack() as stack:
        yield Ends(stack)


def test_a_connection_is_closed_once_its_server_closed_it(ends: Ends) -> None:
    kept, (ours, theirs) = Kept(), ends.open()
    kept.add(*ours.getsockname(), [ours.fileno()])
    assert not kept.is_closed(*ours.getsockname())
    theirs.sendall(b"more than was asked for")
    assert not kept.is_closed(*ours.getsockname())
    theirs.close()
    assert kept.is_closed(*ours.getsockname())
    assert ours.recv(100) == b"more than was asked for"  # neither read nor closed by looking


def test_of_several_sockets_the_one_that_is_bound_there_is_meant(ends: Ends) -> None:
    kept, (first, theirs), (second, _) = Kept(), ends.open(), ends.open()
    gone = socket.socket()
    number = gone.fileno()
    gone.close()
    kept.add(*first.getsockname(), [second.fileno(), number, first.fileno()])
    assert not kept.is_closed(*second.getsockname())
    theirs.close()
    assert kept.is_closed(*first.getsockname())


def test_nothing_is_known_of_a_connection_nobody_named(ends: Ends) -> None:
    kept, (ours, theirs) = Kept(), ends.open()
    theirs.close()
    assert not kept.is_closed(*ours.getsockname())


def test_a_number_that_is_used_again_is_another_connection(ends: Ends) -> None:
    kept, (first, its_server) = Kept(), ends.open()
    number, address = first.fileno(), first.getsockname()
    kept.add(*address, [number])
    its_server.close()
    first.close()
    second, _ = ends.open()
    assert second.fileno() == number
    kept.add(*second.getsockname(), [number])
    assert not kept.is_closed(*address)
    assert not kept.is_closed(*second.getsockname())
