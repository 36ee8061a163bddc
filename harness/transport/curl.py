"""Live calls: one libcurl multi-handle loop, timings taken in C."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit

import pycurl

from harness.data.call import Request
from harness.data.exchange import Fault, Response, Timings
from harness.data.noun import replace
from harness.emit import one_line
from harness.transport.arrivals import Arrivals, is_event_stream
from harness.transport.curl_outcome import (
    fault_of_failure,
    headers_of,
    response_of,
    timings_of,
)
from harness.transport.held import Held
from harness.transport.wire import (
    Finished,
    Inflater,
    Ticket,
    cut_short,
    header_lines,
    inflater_for,
    not_http,
    states_too_much,
    too_large,
    unsendable,
)


@dataclass(slots=True)
class _Flight:
    """A handle at work: its ticket and what has arrived."""

    handle: pycurl.Curl
    held: Held
    ticket: Ticket | None = None
    body: list[bytes] = field(default_factory=list)
    body_bytes: int = 0
    header_lines: list[bytes] = field(default_factory=list)
    """Those of every status line: what comes before the last one is no answer yet."""
    headers: dict[str, str] | None = None
    """The same, read; None until the body begins or the answer ends."""
    inflater: Inflater | None = None
    refusal: Fault | None = None
    """Why the body was given up, where it was us who gave it up."""
    set_for: Ticket | None = None
    """The ticket that the handle's options are those of, its body aside; None: of none."""
    started: float = 0.0
    arrivals: Arrivals | None = None
    """Set for an event stream."""

    def board(self, ticket: Ticket | None) -> None:
        """Forget the request before, take the next one; None: keep nothing while idle."""
        self.ticket = ticket
        self.held.bytes -= self.body_bytes
        self.body, self.body_bytes = [], 0
        self.header_lines.clear()
        self.headers = self.inflater = self.refusal = self.arrivals = None
        self.started = time.perf_counter()

    def on_body(self, chunk: bytes) -> int | None:
        """Keep a chunk of the body, decoded; refuse it over the cap."""
        assert self.ticket is not None  # noqa: S101 - an idle handle receives nothing
        cap_bytes = self.ticket.max_body_bytes
        if not self.body and self.inflater is None and not self._may_read(cap_bytes):
            self.refusal = too_large(cap_bytes)
            return -1
        try:
            decoded = self.inflater.feed(chunk) if self.inflater is not None else chunk
        except OverflowError:
            self.refusal = too_large(cap_bytes)
            return -1
        except ValueError as error:
            self.refusal = not_http(str(error))
            return -1
        self.body_bytes += len(decoded)
        self.held.bytes += len(decoded)
        if self.body_bytes > cap_bytes:
            self.refusal = too_large(cap_bytes)
            return -1
        self.body.append(decoded)
        if self.arrivals is not None:
            self.arrivals.note(self.body_bytes)
        return None

    def _may_read(self, cap_bytes: int) -> bool:
        """Learn from the headers how the body comes, and whether it is too large to be read."""
        headers = self.headers = headers_of(self.header_lines)
        if "content-encoding" in headers:
            self.inflater = inflater_for(headers, cap_bytes)
        if is_event_stream(headers.get("content-type", "")):
            self.arrivals = Arrivals(self.started)
        return not states_too_much(headers, cap_bytes)


_MOST_UNSENT = 8
"""Requests that are sent together: with 256 under way, one at a time costs twice as much."""


class CurlTransport:
    """All requests of a run in one loop, handles reused, connections kept alive.

    libcurl sends a request again, unseen and up to five times, when the connection it reused closes
    before a byte of the answer. Refusing that was tried: connections that servers closed while
    idle, which is common, then became faults of calls that nobody had read.
    """

    name = "curl"

    def __init__(self, *, connections: int) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(connections, 8))
        self._idle: dict[str | None, list[_Flight]] = {}
        """By file of certificates: libcurl has no way back from one to its default."""
        self._flights: dict[pycurl.Curl, _Flight] = {}
        self._refused: list[Finished] = []
        self._unsent = 0
        """Requests handed to libcurl since it was last let send."""
        self._held = Held()

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies that have arrived and were not given yet."""
        return self._held.bytes

    def submit(self, ticket: Ticket) -> None:
        """Start a request."""
        idle = self._idle.setdefault(ticket.ca_file, [])
        flight = idle.pop() if idle else self._new_flight(ticket.ca_file)
        flight.board(ticket)
        try:
            self._prepare(flight, ticket)
            self._multi.add_handle(flight.handle)
        except (pycurl.error, ValueError, TypeError) as error:
            flight.handle.close()  # half prepared: not used again
            fault = unsendable(one_line(str(error)))
            self._refused.append(
                Finished(key=ticket.key, response=None, fault=fault, timings=Timings())
            )
            return
        self._flights[flight.handle] = flight
        self._unsent += 1
        if self._unsent >= _MOST_UNSENT:
            self._perform()

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        """Wait at most `timeout_s` for outcomes."""
        self._perform()
        outcomes = self._harvest()
        if outcomes or timeout_s <= 0:
            return outcomes
        wait_s = timeout_s
        own_ms = self._multi.timeout()
        if own_ms >= 0:
            wait_s = min(wait_s, max(own_ms / 1000, 0.0005))
        if self._multi.select(wait_s) == -1:
            time.sleep(min(wait_s, 0.002))  # no socket yet: a name is being looked up
        self._perform()
        return self._harvest()

    def _perform(self) -> None:
        """Let libcurl send and receive what it can. It looks at every request that is under way.

        Its clock of a request starts here, not where the request is handed to it.
        """
        self._unsent = 0
        self._multi.perform()

    def close(self) -> None:
        """Drop what is in flight and free every handle."""
        for handle in self._flights:
            self._multi.remove_handle(handle)
            handle.close()
        for flight in itertools.chain.from_iterable(self._idle.values()):
            flight.handle.close()
        self._flights.clear()
        self._idle.clear()
        self._multi.close()

    def _new_flight(self, ca_file: str | None) -> _Flight:
        handle = pycurl.Curl()
        flight = _Flight(handle, self._held)
        handle.setopt(pycurl.WRITEFUNCTION, flight.on_body)
        handle.setopt(pycurl.HEADERFUNCTION, flight.header_lines.append)
        handle.setopt(pycurl.FOLLOWLOCATION, 0)
        handle.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
        handle.setopt(pycurl.NOSIGNAL, 1)
        handle.setopt(pycurl.TCP_NODELAY, 1)
        handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
        if ca_file is not None:
            handle.setopt(pycurl.CAINFO, ca_file)
        return flight

    def _prepare(self, flight: _Flight, ticket: Ticket) -> None:
        """Set all that differs from the request that the handle served before."""
        handle, request, before = flight.handle, ticket.request, flight.set_for
        flight.set_for = None  # should this fail half-way
        if before is None or request.url != before.request.url:
            handle.setopt(pycurl.URL, _ascii_url(request.url))
        if before is None or ticket.deadline_s != before.deadline_s:
            handle.setopt(pycurl.TIMEOUT_MS, max(1, int(ticket.deadline_s * 1000)))
        if before is None or ticket.proxy != before.proxy:
            # The environment's proxies are nobody's choice here.
            handle.setopt(pycurl.PROXY, ticket.proxy or "")
        if before is None or not _has_same_headers(ticket, before):
            handle.setopt(pycurl.HTTPHEADER, _lines(ticket))
        if before is None or request.method != "POST" or before.request.method != "POST":
            _set_method(handle, request)
        else:
            _set_body(handle, request.body)
        flight.set_for = ticket

    def _harvest(self) -> list[Finished]:
        outcomes, self._refused = self._refused, []
        waiting = 1
        while waiting:
            waiting, done, failed = self._multi.info_read()
            outcomes.extend(self._close_flight(handle, 0, "") for handle in done)
            outcomes.extend(self._close_flight(handle, code, text) for handle, code, text in failed)
        return outcomes

    def _close_flight(self, handle: pycurl.Curl, code: int, text: str) -> Finished:
        self._multi.remove_handle(handle)
        flight = self._flights.pop(handle)
        ticket = flight.ticket
        assert ticket is not None  # noqa: S101 - a flight in the table always carries its ticket
        outcome: Response | Fault
        partial: Response | None = None
        if code:
            outcome = flight.refusal or fault_of_failure(
                handle, ticket, code, one_line(text), is_answered=bool(flight.header_lines)
            )
            if flight.arrivals is not None and outcome.kind == "timeout":
                partial = _stream_of(handle, flight)
        elif flight.inflater is not None and flight.inflater.is_cut:
            outcome = cut_short("inside gzip")
        else:
            headers = flight.headers
            if headers is None:  # no body came
                headers = headers_of(flight.header_lines)
            outcome = response_of(handle, flight.header_lines, headers, b"".join(flight.body))
            if isinstance(outcome, Response) and flight.arrivals is not None:
                outcome = replace(outcome, arrivals=tuple(flight.arrivals.entries))
        timings = timings_of(handle, ticket, is_answered=bool(flight.header_lines))
        flight.board(None)
        self._idle[ticket.ca_file].append(flight)
        return Finished(
            key=ticket.key,
            response=outcome if isinstance(outcome, Response) else partial,
            fault=outcome if isinstance(outcome, Fault) else None,
            timings=timings,
        )


def _stream_of(handle: pycurl.Curl, flight: _Flight) -> Response | None:
    """Give what came of an event stream until its deadline; None where it was none of answers."""
    response = response_of(handle, flight.header_lines, flight.headers or {}, b"".join(flight.body))
    if not isinstance(response, Response) or not 200 <= response.status < 300:
        return None
    return replace(response, arrivals=tuple(flight.arrivals.entries) if flight.arrivals else ())


def _has_same_headers(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets travel with the same header lines; mostly they share the very mapping."""
    ours, theirs = one.request.headers, other.request.headers
    is_same = ours is theirs or dict(ours) == dict(theirs)
    return is_same and one.secret == other.secret and one.ca_file == other.ca_file


def _lines(ticket: Ticket) -> list[bytes]:
    """Give the header lines; a name without a value keeps libcurl from adding one of its own."""
    lines = header_lines(ticket)
    given = {name for name, _ in lines}
    own = [name for name in ("expect", "accept", "content-type") if name not in given]
    if "accept-encoding" not in given:
        lines.append(("accept-encoding", "gzip"))  # decoded here: libcurl takes half a stream
    texts = [f"{name}: {value}" if value else f"{name};" for name, value in lines]
    return [text.encode("latin-1") for text in (*texts, *(f"{name}:" for name in own))]


def _set_method(handle: pycurl.Curl, request: Request) -> None:
    handle.setopt(pycurl.NOBODY, 0)
    handle.unsetopt(pycurl.CUSTOMREQUEST)
    if request.method == "HEAD":
        handle.setopt(pycurl.NOBODY, 1)
    elif request.method == "POST" or request.body:
        handle.setopt(pycurl.POST, 1)
        _set_body(handle, request.body)
    else:
        handle.setopt(pycurl.HTTPGET, 1)
    if request.method not in {"GET", "HEAD", "POST"}:
        handle.setopt(pycurl.CUSTOMREQUEST, request.method)


def _set_body(handle: pycurl.Curl, body: bytes) -> None:
    handle.setopt(pycurl.POSTFIELDSIZE, len(body))
    handle.setopt(pycurl.POSTFIELDS, body)


def _ascii_url(url: str) -> str:
    """Give the URL as it travels: international host names and paths in their ASCII form."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    host = parts.netloc.encode("idna").decode("ascii")
    kept = "".join(map(chr, range(33, 127)))
    path, query = quote(parts.path, safe=kept), quote(parts.query, safe=kept)
    return urlunsplit((parts.scheme, host, path, query, ""))
