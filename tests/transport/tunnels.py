"""A proxy that answers CONNECT as a script says, then carries bytes both ways."""

import contextlib
import socket
import threading
from collections.abc import Callable

from tests.transport.faulty import Line, Script, Seen

OPENED = b"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n"


def tunnel(before: Callable[[Line], None] = lambda _line: None) -> Script:
    """Give a script that opens the way asked for, after `before`."""

    def script(line: Line, seen: Seen) -> None:
        host, _, port = seen.path.rpartition(":")
        before(line)
        with socket.create_connection((host, int(port)), timeout=5) as onward:
            line.send(OPENED)
            back = threading.Thread(target=_carry, args=(onward, line.sock), daemon=True)
            back.start()
            _carry(line.sock, onward)
            back.join(5)

    return script


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    for sock in (source, sink):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
