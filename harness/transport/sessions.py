"""Replayed calls, and live ones where pycurl is missing: a requests session per worker thread."""

import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import requests
import urllib3

from harness.data.exchange import Fault, Response, Timings
from harness.emit import one_line
from harness.transport.arrivals import Arrivals, is_event_stream
from harness.transport.held import Held
from harness.transport.session_faults import fault_of_error
from harness.transport.watchdog import Watch, Watchdog
from harness.transport.watched_adapter import watched_adapter
from harness.transport.wire import (
    Finished,
    Ticket,
    cut_short,
    header_lines,
    inflater_for,
    is_headless,
    states_too_much,
    timed_out,
    unsendable,
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
        self._held = Held()

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies that have arrived and were not given yet."""
        return self._held.bytes

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
        for outcome in outcomes:
            if outcome.response is not None and outcome.response.body:
                self._held.add(-len(outcome.response.body))
        return outcomes

    def close(self) -> None:
        """Drop what waits, cut what is in flight, and end the threads."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()
        for _ in self._threads:
            self._todo.put(None)
        self._watchdog.close()

    def _work(self) -> None:
        watch = Watch()
        with _session(watch) as session:
            while (ticket := self._todo.get()) is not None:
                self._done.put(_attempt(session, ticket, watch, self._watchdog, self._held))


def _session(watch: Watch) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    adapter = watched_adapter(watch)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _attempt(
    session: requests.Session, ticket: Ticket, watch: Watch, watchdog: Watchdog, held: Held
) -> Finished:
    try:
        prepared = _prepare(ticket)
    except (ValueError, TypeError, requests.RequestException) as error:
        fault = unsendable(one_line(str(error)))
        return Finished(key=ticket.key, response=None, fault=fault, timings=Timings())
    started = time.perf_counter()
    watchdog.arm(watch, ticket.deadline_s)
    first_byte_s: float | None = None
    reading = _Reading(held)
    outcome: Response | Fault
    try:
        with session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(ticket.deadline_s, ticket.deadline_s),
            proxies={"http": ticket.proxy, "https": ticket.proxy} if ticket.proxy else {},
            verify=ticket.ca_file or True,
        ) as answer:
            first_byte_s = time.perf_counter() - started
            outcome = reading.read(answer, ticket, started)
            if is_headless(outcome.status, outcome.headers, outcome.body):
                outcome = cut_short("inside the headers")
    except Exception as error:  # noqa: BLE001 - every failure of a client library is a fault
        outcome = fault_of_error(error, ticket)
    # After a cut, whatever the library returned is a timeout.
    if watchdog.disarm(watch):
        outcome = timed_out(ticket.deadline_s, "the connection was cut")
    response = outcome if isinstance(outcome, Response) else None
    if isinstance(outcome, Fault) and outcome.kind == "timeout":
        response = reading.stream
    held.add((len(response.body) if response is not None else 0) - reading.size_bytes)
    is_reused = watch.connect_s is None and watch.sock is not None
    timings = Timings(
        connect_s=0.0 if is_reused else watch.connect_s,
        first_byte_s=first_byte_s,
        total_s=time.perf_counter() - started,
    )
    return Finished(
        key=ticket.key,
        response=response,
        fault=outcome if isinstance(outcome, Fault) else None,
        timings=timings,
    )


def _prepare(ticket: Ticket) -> requests.PreparedRequest:
    request = ticket.request
    headers = {"accept-encoding": "gzip", **dict(header_lines(ticket))}
    prepared = requests.Request(request.method, request.url, data=request.body or None).prepare()
    # Set last, so that nothing replaces them: `prepare` reads a credential off the URL.
    prepared.headers.pop("authorization", None)
    prepared.headers.update(headers)
    return prepared


@dataclass(slots=True)
class _Reading:
    """The body of one answer as it arrives."""

    held: Held
    size_bytes: int = 0
    _answer: requests.Response | None = None
    _chunks: list[bytes] = field(default_factory=list)
    _arrivals: Arrivals | None = None
    """Set for an event stream."""

    def read(self, answer: requests.Response, ticket: Ticket, started: float) -> Response:
        """Give the whole answer; raises OverflowError over the cap, and what the library raises."""
        headers = _headers_of(answer)
        inflater = inflater_for(headers, ticket.max_body_bytes)
        if states_too_much(headers, ticket.max_body_bytes):
            raise OverflowError
        if is_event_stream(headers.get("content-type", "")):
            self._arrivals = Arrivals(started)
        self._answer = answer
        while chunk := answer.raw.read1(_CHUNK_BYTES, decode_content=False):
            decoded = inflater.feed(chunk) if inflater is not None else chunk
            self.size_bytes += len(decoded)
            self.held.add(len(decoded))
            if self.size_bytes > ticket.max_body_bytes:
                raise OverflowError
            self._chunks.append(decoded)
            if self._arrivals is not None:
                self._arrivals.note(self.size_bytes)
        if inflater is not None and inflater.is_cut:
            raise urllib3.exceptions.IncompleteRead(self.size_bytes, 0)
        return self._response(answer)

    @property
    def stream(self) -> Response | None:
        """What came of an event stream of answers; None for anything else."""
        if self._answer is None or self._arrivals is None or not self._answer.ok:
            return None
        return self._response(self._answer)

    def _response(self, answer: requests.Response) -> Response:
        return Response(
            status=answer.status_code,
            headers=_headers_of(answer),
            body=b"".join(self._chunks),
            arrivals=tuple(self._arrivals.entries) if self._arrivals is not None else (),
        )


def _headers_of(answer: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}
