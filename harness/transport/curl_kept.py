"""Knows which of the connections that libcurl keeps were closed by their servers."""

import select
import socket
from collections.abc import Iterable

_CLOSED = (
    select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)  # the last on Linux alone
    if hasattr(select, "poll")
    else 0
)


class Kept:
    """The sockets of connections, by the address they have here.

    libcurl looks once a second whether those it keeps are still open, and takes any of them in
    between: what it sends on a closed one is read by nobody.
    """

    __slots__ = ("_addresses", "_poll", "_sockets")

    def __init__(self) -> None:
        self._poll = select.poll() if _CLOSED else None
        self._sockets: dict[tuple[str, int], int] = {}
        self._addresses: dict[int, tuple[str, int]] = {}
        """The other way round: a socket's number is used again once it is closed."""

    def add(self, host: str, port: int, numbers: Iterable[int]) -> None:
        """Remember a connection by its address here; of several sockets it is the one bound to it.

        Several were opened where more than one address of the server was tried.
        """
        for number in numbers:
            if before := self._addresses.pop(number, None):
                self._sockets.pop(before, None)
            if _address_of(number) == (host, port):
                self._addresses[number] = host, port
                self._sockets[host, port] = number

    def is_closed(self, host: str, port: int) -> bool:
        """Whether the server is known to have closed the connection that has this address here."""
        number = self._sockets.get((host, port))
        if number is None or self._poll is None:
            return False
        self._poll.register(number, _CLOSED)
        told = self._poll.poll(0)
        self._poll.unregister(number)
        return any(events & _CLOSED for _, events in told)


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
