"""Makes an adapter for `requests` whose connections can be cut at a deadline."""

import contextlib
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from harness.transport.watch import Watch


def watched_adapter(watch: Watch) -> HTTPAdapter:
    """Give an adapter whose connections tell the watch who they are and how long they took."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            _timed_connect(self, super().connect, watch)

        def request(self, *args: Any, **keywords: Any) -> None:
            watch.hold(self)
            super().request(*args, **keywords)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            _timed_connect(self, super().connect, watch)

        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            _hold_handshake(sock, watch)
            return sock

        def request(self, *args: Any, **keywords: Any) -> None:
            watch.hold(self)
            super().request(*args, **keywords)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(max_retries=0, pool_connections=1, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _timed_connect(connection: object, connect: Any, watch: Watch) -> None:
    watch.connection = connection
    started = time.perf_counter()
    try:
        connect()
    finally:
        if watch.handshaking is not None:
            watch.handshaking.close()
            watch.handshaking = None
    watch.connect_s = time.perf_counter() - started
    watch.hold(connection)
    if watch.was_cut:  # while there was no socket to shut down yet
        raise TimeoutError


def _hold_handshake(sock: socket.socket, watch: Watch) -> None:
    """Keep a way to cut the handshake: it takes the socket, and its connection has none then."""
    with contextlib.suppress(OSError):  # without one, the handshake is left to itself
        watch.handshaking = sock.dup()
    if watch.was_cut:
        sock.close()
        raise TimeoutError
