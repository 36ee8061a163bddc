"""One attempt on a connection, as a watchdog sees it: what to cut, and whether it was cut."""

import contextlib
import socket

from harness.transport.wire import Ticket


class Watch:
    """Of one session: its connection at work and the attempt that this serves."""

    def __init__(self) -> None:
        self.ticket: Ticket | None = None
        """What is being watched; None while nothing is."""
        self.started = 0.0
        """`time.perf_counter()` at the start of the attempt."""
        self.connection: object | None = None
        self.sock: socket.socket | None = None
        """The connection's own `sock` is taken from it once the answer says `close`."""
        self.handshaking: socket.socket | None = None
        """A second handle on a socket that a TLS handshake has taken from the connection."""
        self.connect_s: float | None = None
        self.is_answered = False
        self.was_cut = False
        self.armed = 0
        """Number of the attempt that is being watched; 0 when none is."""

    @property
    def phase(self) -> str:
        """Where the attempt is, or was cut."""
        if self.sock is None:
            return "while connecting"
        return "while reading the answer" if self.is_answered else "no byte came"

    def begin(self, number: int, ticket: Ticket, started: float) -> None:
        """Forget the attempt before, and take up this one."""
        self.connection, self.sock, self.connect_s = None, None, None
        self.ticket, self.started = ticket, started
        self.armed, self.was_cut, self.is_answered = number, False, False

    def hold(self, connection: object) -> None:
        """Remember the connection at work and its socket."""
        self.connection = connection
        sock = getattr(connection, "sock", None)
        if isinstance(sock, socket.socket):
            self.sock = sock

    def is_cut(self) -> bool:
        """Whether the deadline has passed."""
        return self.was_cut

    def cut(self) -> bool:
        """End any read or write on the socket; give whether there was one to end."""
        self.was_cut = True
        is_done = False
        for sock in {self.sock, self.handshaking, getattr(self.connection, "sock", None)}:
            if isinstance(sock, socket.socket):
                with contextlib.suppress(OSError):
                    # Not the method of a TLS socket: it takes the cipher away first, and a thread
                    # that is writing would go on in the clear.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
                    is_done = True
        return is_done
