"""Makes an adapter for `requests` whose connections can be cut at a deadline."""

import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from harness.transport.watchdog import Watch


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

        def request(self, *args: Any, **keywords: Any) -> None:
            watch.hold(self)
            super().request(*args, **keywords)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(max_retries=0, pool_connections=16, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _timed_connect(connection: object, connect: Any, watch: Watch) -> None:
    watch.connection = connection
    started = time.perf_counter()
    connect()
    watch.connect_s = time.perf_counter() - started
    watch.hold(connection)
    if watch.was_cut:  # while there was no socket to shut down yet
        raise TimeoutError
