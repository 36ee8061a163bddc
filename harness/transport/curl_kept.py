"""Knows which of the connections that libcurl keeps were closed by their servers."""

import select
import socket
from collections.abc import Callable, Iterable, Sequence

_CLOSED = select.POLLRDHUP | select.POLLHUP | select.POLLERR if hasattr(select, "POLLRDHUP") else 0
"""What Linux says of one; elsewhere all count as open."""


class Kept:
    """Connections by the address they have here.

    libcurl looks once a second whether those it keeps are still open, and takes any of them in
    between: what it sends on a closed one is read by nobody.
    """

    __slots__ = ("_addresses", "_looks")

    def __init__(self) -> None:
        self._looks: dict[tuple[str, int], Callable[[int], Sequence[tuple[int, int]]]] = {}
        """What asks the kernel of a socket: made once, as every request asks."""
        self._addresses: dict[int, tuple[str, int]] = {}
        """By the socket's number, which is used again once it is closed."""

    def add(self, host: str, port: int, numbers: Iterable[int]) -> None:
        """Remember a connection by its address here; of several sockets it is the one bound to it.

        Several were opened where more than one address of the server was tried.
        """
        for number in numbers:
            if before := self._addresses.pop(number, None):
                self._looks.pop(before, None)
            if _CLOSED and _address_of(number) == (host, port):
                self._addresses[number] = host, port
                poll = select.poll()
                poll.register(number, _CLOSED)
                self._looks[host, port] = poll.poll

    def is_closed(self, host: str, port: int) -> bool:
        """Whether the server is known to have closed the connection that has this address here."""
        look = self._looks.get((host, port))
        return look is not None and any(events & _CLOSED for _, events in look(0))


def _address_of(number: int) -> tuple[str, int] | None:
    """Give what a socket is bound to; None: it is closed."""
    try:
        borrowed = socket.socket(fileno=number)
    except OSError:
        return None
    try:
        host, port, *_ = borrowed.getsockname()
    except OSError:
        return None
    finally:
        borrowed.detach()  # it is libcurl's to close
    return host, port
