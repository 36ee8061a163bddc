"""A server that breaks on purpose: raw sockets, one script a path, every request written down."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

JSON_BODY = b'[{"label":"POSITIVE","score":0.9}]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    ordinal: int
    at_s: float


@dataclass(slots=True)
class Line:
    """One open connection in a script's hands."""

    sock: socket.socket
    closing: threading.Event = field(repr=False)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, gap_s: float) -> None:
        """Send a byte at a time until the server closes or the client is gone."""
        for byte in data:
            self.send(bytes([byte]))
            if self.closing.wait(gap_s):
                return

    def wait(self, seconds: float) -> None:
        self.closing.wait(seconds)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Script = Callable[[Line, Seen], bool | None]
"""Answers one request; True keeps the connection open."""


def reply(
    body: bytes = JSON_BODY, status: str = "200 OK", **headers: str
) -> Callable[[Line, Seen], bool]:
    """Give a script of a well-formed answer; header names with `_` for `-`."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += ["" if "content_length" in headers else f"Content-Length: {len(body)}"]
    head = "\r\n".join([line for line in lines if line] + ["", ""]).encode("latin-1")

    def script(line: Line, _seen: Seen) -> bool:
        line.send(head + body)
        return True

    return script


def raw(data: bytes) -> Callable[[Line, Seen], bool]:
    """Give a script that sends these bytes and closes."""

    def script(line: Line, _seen: Seen) -> bool:
        line.send(data)
        return False

    return script


class FaultyServer:
    """Serves scripts by path until closed; `ledger` holds every request in order of arrival."""

    def __init__(
        self, scripts: Mapping[str, Script] | Script, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._scripts, self._tls = scripts, tls
        self.ledger: list[Seen] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._socks: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.in_flight = 0
        self.most_in_flight: dict[str, int] = {}
        self._now: dict[str, int] = {}

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def open_now(self) -> int:
        """Give how many connections the clients have left open."""
        with self._lock:
            return len(self._socks)

    def hang_up(self) -> None:
        """Close every open connection, as a server that is started anew does."""
        with self._lock:
            socks = list(self._socks)
        for sock in socks:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

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
        self.hang_up()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with self._lock:
                self._socks.add(sock)
            self._start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        plain = sock
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._socks.add(sock)
            while (seen := self._read(sock, number)) is not None:
                if not self._answer(sock, seen):
                    break
        except (OSError, ValueError):
            pass  # the client went away, which is what some tests make it do
        finally:
            with self._lock:
                self._socks -= {plain, sock}
            sock.close()
            plain.close()

    def _answer(self, sock: socket.socket, seen: Seen) -> bool | None:
        script = self._scripts if callable(self._scripts) else self._scripts[seen.path]
        with self._lock:
            self._now[seen.path] = self._now.get(seen.path, 0) + 1
            most = self.most_in_flight.get(seen.path, 0)
            self.most_in_flight[seen.path] = max(most, self._now[seen.path])
        is_counted = True

        def leave() -> None:
            nonlocal is_counted
            if is_counted:
                is_counted = False
                with self._lock:
                    self._now[seen.path] -= 1

        class Counted(Line):
            def send(self, data: bytes) -> None:
                leave()  # before the client can know that it is done
                super().send(data)

        try:
            return script(Counted(sock, self._closing), seen)
        finally:
            leave()

    def _read(self, sock: socket.socket, number: int) -> Seen | None:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = sock.recv(65536)
            if not chunk:
                return None
            data += chunk
            if data[0] == 0x16:  # a TLS handshake: answer as plain servers do
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return None
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        while len(body) < int(headers.get("content-length", "0")):
            body += sock.recv(65536)
        method, path, _ = first.split(" ", 2)
        with self._lock:
            seen = Seen(
                method=method,
                path=path,
                headers=headers,
                body=body,
                connection=number,
                ordinal=len(self.ledger),
                at_s=time.perf_counter(),
            )
            self.ledger.append(seen)
        return seen
