"""Accepts the demo server's connections, one thread each."""

import socket
import threading
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from typing import Any

from harness_demo.connection import Connection
from harness_demo.served import Reply

Replier = Callable[[str, str, Mapping[str, str], bytes], Reply]
JOIN_S = 2.0


class ThreadedServer(ThreadingHTTPServer):
    """Accepts connections, one daemon thread each, and can cut them all."""

    request_queue_size = 1024  # a full backlog drops a SYN, which costs the client a second
    daemon_threads = True

    def __init__(self, address: tuple[str, int], reply: Replier) -> None:
        self.reply = reply
        self._open: dict[socket.socket, threading.Thread | None] = {}
        self._lock = threading.Lock()
        super().__init__(address, Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Know the connection before its thread runs, so that `cut` misses none."""
        with self._lock:
            self._open[request] = None
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        with self._lock:
            self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._open[request]

    def cut(self) -> None:
        """End every open connection and wait for its thread."""
        with self._lock:
            running = list(self._open.items())
        for connection, _ in running:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was first
        for _, thread in running:
            if thread is not None:
                thread.join(JOIN_S)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; what a model raises is answered elsewhere."""
