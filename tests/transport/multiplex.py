"""A server that speaks HTTP/2 over TLS and nothing else: a script a path, many a connection."""

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

from tests.transport.certificates import Certificate, context

_TURN_S = 0.02
"""Longest that a script that is due waits for its turn."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request, and the stream its answer goes to."""

    line: H2Connection = field(repr=False)
    sock: ssl.SSLSocket = field(repr=False)
    connection: int
    stream: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytearray

    def head(self, status: int = 200, *, is_end: bool = False, **headers: str) -> None:
        """Send the status and these headers; `_` stands for `-`."""
        told = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.line.send_headers(self.stream, [(":status", str(status)), *told], end_stream=is_end)

    def data(self, body: bytes, *, is_end: bool = False) -> Iterator[float]:
        """Send a body as fast as the client takes it."""
        while body:
            room = self.line.local_flow_control_window(self.stream)
            size = min(room, self.line.max_outbound_frame_size, len(body))
            if size:
                self.line.send_data(self.stream, body[:size])
                body = body[size:]
            yield 0.0
        if is_end:
            self.line.end_stream(self.stream)

    def trailers(self, **headers: str) -> None:
        """Send headers after the body, and end."""
        self.line.send_headers(self.stream, list(headers.items()), end_stream=True)

    def reset(self, code: ErrorCodes) -> None:
        """End the stream alone, before its end."""
        self.line.reset_stream(self.stream, code)


Script = Callable[[Asked], Iterator[float]]
"""Answers one request; yields the seconds until it wants to go on."""


def replies(body: bytes, status: int = 200, **headers: str) -> Script:
    """Give a script of a whole answer."""

    def script(asked: Asked) -> Iterator[float]:
        asked.head(status, is_end=not body, **headers)
        if body:
            yield from asked.data(body, is_end=True)

    return script


class MultiplexServer:
    """Serves until closed; `ledger` holds every request in the order in which they were whole."""

    def __init__(self, scripts: Mapping[str, Script] | Script, certificate: Certificate) -> None:
        self._scripts = scripts
        self._tls = context(certificate, "h2")
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self.ledger: list[Asked] = []
        self.resets: list[int] = []
        """The streams that a client gave up."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def connections(self) -> int:
        """Give how many connections requests came by."""
        return len({asked.connection for asked in self.ledger})

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            number += 1
            self._start(self._serve, plain, number)

    def _serve(self, plain: socket.socket, number: int) -> None:
        plain.settimeout(5)
        try:
            with self._tls.wrap_socket(plain, server_side=True) as sock:
                assert sock.selected_alpn_protocol() == "h2"
                self._talk(sock, number)
        except (OSError, ProtocolError):
            plain.close()  # the client is gone, or a script has closed

    def _talk(self, sock: ssl.SSLSocket, number: int) -> None:
        """Read and answer in one thread: a TLS connection is not for two."""
        line = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        line.initiate_connection()
        sock.sendall(line.data_to_send())
        coming: dict[int, Asked] = {}
        running: dict[int, tuple[float, Iterator[float]]] = {}
        while not self._closing.is_set():
            wait_s = min([due for due, _ in running.values()], default=0.0) - time.monotonic()
            wait_s = min(max(wait_s, 0.0), _TURN_S) if running else _TURN_S
            if sock.pending() or select.select([sock], [], [], wait_s)[0]:
                received = sock.recv(65_536)
                if not received:
                    return
                for event in line.receive_data(received):
                    if isinstance(event, RequestReceived):
                        coming[event.stream_id] = _asked(event, line, sock, number)
                    elif isinstance(event, DataReceived):
                        coming[event.stream_id].body += event.data
                        line.acknowledge_received_data(
                            event.flow_controlled_length, event.stream_id
                        )
                    elif isinstance(event, StreamEnded):
                        asked = coming.pop(event.stream_id)
                        self.ledger.append(asked)
                        running[event.stream_id] = time.monotonic(), self._script(asked)
                    elif isinstance(event, StreamReset):
                        self.resets.append(event.stream_id)
                        running.pop(event.stream_id, None)
            self._go_on(running)
            sock.sendall(line.data_to_send())

    def _script(self, asked: Asked) -> Iterator[float]:
        scripts = self._scripts
        return (scripts if callable(scripts) else scripts[asked.path])(asked)

    def _go_on(self, running: dict[int, tuple[float, Iterator[float]]]) -> None:
        for stream, (due, script) in list(running.items()):
            if due <= time.monotonic():
                try:
                    running[stream] = time.monotonic() + next(script), script
                except StopIteration:
                    del running[stream]


def _asked(event: RequestReceived, line: H2Connection, sock: ssl.SSLSocket, number: int) -> Asked:
    headers = {str(name): str(value) for name, value in event.headers or ()}
    return Asked(
        line=line,
        sock=sock,
        connection=number,
        stream=event.stream_id,
        method=headers[":method"],
        path=headers[":path"],
        headers=headers,
        body=bytearray(),
    )
