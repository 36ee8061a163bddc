"""Replayed calls, and live ones where pycurl is missing: a requests session per worker thread."""

import queue
import threading
import time
from collections.abc import Sequence
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from harness.credentials import Secret
from harness.data.exchange import Fault, FaultKind, Response, Timings
from harness.errors import HarnessError
from harness.transport.watchdog import Watch, Watchdog
from harness.transport.wire import (
    Finished,
    Inflater,
    Ticket,
    cut_short,
    is_headless,
    timed_out,
    too_large,
)

_CHUNK_BYTES = 65_536


class SessionTransport:
    """A pool of threads, each with a session of its own; no cookie, proxy or netrc is used."""

    name = "requests"

    def __init__(self, *, workers: int) -> None:
        self._most = max(1, workers)
        self._todo: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy = 0
        self._watchdog = Watchdog()

    def submit(self, ticket: Ticket) -> None:
        """Start a request; a thread is added while all are busy."""
        self._busy += 1
        if self._busy > len(self._threads) and len(self._threads) < self._most:
            thread = threading.Thread(target=self._work, name="revgate-call", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._todo.put(ticket)

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        """Wait at most `timeout_s` for outcomes."""
        outcomes: list[Finished] = []
        try:
            outcomes.append(self._done.get(timeout=max(timeout_s, 0.0001)))
            while True:
                outcomes.append(self._done.get_nowait())
        except queue.Empty:
            pass
        self._busy -= len(outcomes)
        return outcomes

    def close(self) -> None:
        """Tell the threads to end; one stuck in a read ends with its deadline."""
        for _ in self._threads:
            self._todo.put(None)
        self._watchdog.close()

    def _work(self) -> None:
        watch = Watch()
        with _session(watch) as session:
            while (ticket := self._todo.get()) is not None:
                self._done.put(_attempt(session, ticket, watch, self._watchdog))


def _session(watch: Watch) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    adapter = _watched_adapter(watch)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _watched_adapter(watch: Watch) -> HTTPAdapter:
    """Give an adapter whose connections tell the watch who they are and how long they took."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            _timed_connect(self, super().connect, watch)

        def request(self, *args: Any, **keywords: Any) -> None:
            watch.connection = self
            super().request(*args, **keywords)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            _timed_connect(self, super().connect, watch)

        def request(self, *args: Any, **keywords: Any) -> None:
            watch.connection = self
            super().request(*args, **keywords)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(max_retries=0, pool_connections=4, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _timed_connect(connection: object, connect: Any, watch: Watch) -> None:
    watch.connection = connection
    started = time.perf_counter()
    connect()
    watch.connect_s = time.perf_counter() - started


class _Authorize(requests.auth.AuthBase):
    """Sets the credential header last, so that nothing replaces it."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers[self._secret.header] = self._secret.line
        return prepared


def _attempt(
    session: requests.Session, ticket: Ticket, watch: Watch, watchdog: Watchdog
) -> Finished:
    started = time.perf_counter()
    watchdog.arm(watch, ticket.deadline_s)
    first_byte_s: float | None = None
    response: Response | None = None
    fault: Fault | None = None
    try:
        prepared = _prepare(ticket)
        with session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(ticket.deadline_s, ticket.deadline_s),
            proxies={},
        ) as answer:
            first_byte_s = time.perf_counter() - started
            response = _read(answer, ticket)
            if is_headless(response.status, response.headers, response.body):
                response, fault = None, cut_short("inside the headers")
    except Exception as error:  # noqa: BLE001 - every failure of a client library is a fault
        response, fault = None, _fault(error, ticket)
    # After a cut, whatever the library returned is a timeout.
    if watchdog.disarm(watch):
        response, fault = None, timed_out(ticket.deadline_s, "the connection was cut")
    timings = Timings(
        connect_s=watch.connect_s or 0.0,
        first_byte_s=first_byte_s,
        total_s=time.perf_counter() - started,
    )
    return Finished(key=ticket.key, response=response, fault=fault, timings=timings)


def _prepare(ticket: Ticket) -> requests.PreparedRequest:
    request = ticket.request
    headers = {"accept-encoding": "gzip", **request.headers}
    return requests.Request(
        request.method,
        request.url,
        headers=headers,
        data=request.body or None,
        auth=_Authorize(ticket.secret) if ticket.secret is not None else None,
    ).prepare()


def _read(answer: requests.Response, ticket: Ticket) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    packed = headers.get("content-encoding", "").lower() in {"gzip", "deflate"}
    inflater = Inflater(ticket.max_body_bytes) if packed else None
    chunks: list[bytes] = []
    size_bytes = 0
    while chunk := answer.raw.read1(_CHUNK_BYTES, decode_content=False):
        decoded = inflater.feed(chunk) if inflater is not None else chunk
        size_bytes += len(decoded)
        if size_bytes > ticket.max_body_bytes:
            raise OverflowError
        chunks.append(decoded)
    if inflater is not None and size_bytes and not inflater.is_complete:
        raise urllib3.exceptions.IncompleteRead(size_bytes, 0)
    return Response(status=answer.status_code, headers=headers, body=b"".join(chunks))


def _fault(error: Exception, ticket: Ticket) -> Fault:
    if isinstance(error, HarnessError):
        # A recording answers in the place of the network: see `harness.recording.replay`.
        kind: FaultKind = getattr(error, "kind", "replay_miss")
        hint = "record again with --record" if kind == "replay_miss" else ""
        return Fault(kind=kind, message=str(error), hint=hint)
    if isinstance(error, OverflowError):
        return too_large(ticket.max_body_bytes)
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return timed_out(ticket.deadline_s, "no byte came")
    text = str(error)
    if isinstance(
        error,
        urllib3.exceptions.ProtocolError
        | urllib3.exceptions.IncompleteRead
        | requests.exceptions.ChunkedEncodingError
        | ConnectionError,
    ) or any(word in text for word in ("RemoteDisconnected", "ConnectionReset", "aborted")):
        return cut_short(type(error).__name__)
    if isinstance(error, requests.ConnectionError):
        return Fault(
            kind="connect",
            message=f"nothing answers at that address: {_cause(error)}",
            is_transient=not _is_final(error),
            hint="check the target's url, and that the server is up",
        )
    return Fault(kind="malformed", message=f"the answer is not legal HTTP: {_cause(error)}")


def _is_final(error: Exception) -> bool:
    """Whether trying again cannot help: an unknown name, an untrusted certificate."""
    return isinstance(error, requests.exceptions.SSLError) or "NameResolution" in repr(error)


def _cause(error: BaseException) -> str:
    """Give the innermost cause's text: the outer ones repeat the URL, query string included."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    inner = reason if isinstance(reason, BaseException) else error
    return f"{type(inner).__name__}: {str(inner).rsplit(': ', 1)[-1]}"
