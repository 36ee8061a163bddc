"""Sends one request through a session, and reads what comes back as far as it may."""

import time
from dataclasses import dataclass, field

import requests
import urllib3

from harness.data.exchange import Fault, Response, Timings
from harness.transport.arrivals import Arrivals, is_event_stream
from harness.transport.decoding import decoder_for
from harness.transport.held import Held
from harness.transport.kept_sessions import KeptSession
from harness.transport.session_faults import fault_of_error
from harness.transport.watch import Watch
from harness.transport.watchdog import Watchdog
from harness.transport.wire import (
    Finished,
    Ticket,
    cut_short,
    header_lines,
    is_headless,
    starved,
    states_too_much,
    timed_out,
)

_CHUNK_BYTES = 65_536


def prepare(ticket: Ticket) -> requests.PreparedRequest:
    """Give the request as it travels.

    Raises ValueError, TypeError and RequestException for what cannot be sent.
    """
    request = ticket.request
    headers = {"accept-encoding": "gzip", **dict(header_lines(ticket))}
    prepared = requests.Request(request.method, request.url, data=request.body or None).prepare()
    # Set last, so that nothing replaces them: `prepare` reads a credential off the URL.
    prepared.headers.pop("authorization", None)
    prepared.headers.update(headers)
    return prepared


def attempt(
    kept: KeptSession,
    prepared: requests.PreparedRequest,
    ticket: Ticket,
    watchdog: Watchdog,
    held: Held,
) -> Finished | None:
    """Send and read; None when the watchdog gave up on this attempt, and ended it itself."""
    watch = kept.watch
    watchdog.arm(watch, ticket)
    started = watch.started
    first_byte_s: float | None = None
    reading = _Reading(held, watch)
    outcome: Response | Fault
    try:
        with kept.session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(ticket.deadline_s, ticket.deadline_s),
            proxies={"http": ticket.proxy, "https": ticket.proxy} if ticket.proxy else {},
            verify=ticket.ca_file or True,
        ) as answer:
            first_byte_s = time.perf_counter() - started
            watch.is_answered = True
            outcome = reading.read(answer, ticket)
            if is_headless(outcome.status, outcome.headers, outcome.body):
                outcome = cut_short("inside the headers")
    except Exception as error:  # noqa: BLE001 - every failure of a client library is a fault
        outcome = fault_of_error(error, ticket, watch.phase)
    if not watchdog.disarm(watch):
        held.add(-reading.size_bytes)
        held.leave(watch)
        return None
    # After a cut, whatever the library returned is a timeout.
    if watch.was_cut:
        back_s = reading.held_back_s
        outcome = (
            starved(ticket.deadline_s, back_s)
            if back_s
            else timed_out(ticket.deadline_s, watch.phase)
        )
    response = outcome if isinstance(outcome, Response) else None
    if isinstance(outcome, Fault) and outcome.kind == "timeout":
        response = reading.stream
    kept_bytes = len(response.body) if response is not None else 0
    held.add(kept_bytes - reading.size_bytes)
    held.finish(kept_bytes)
    held.leave(watch)
    is_reused = watch.connect_s is None and watch.sock is not None
    return Finished(
        key=ticket.key,
        response=response,
        fault=outcome if isinstance(outcome, Fault) else None,
        timings=Timings(
            connect_s=0.0 if is_reused else watch.connect_s,
            first_byte_s=first_byte_s,
            total_s=time.perf_counter() - started,
            held_back_s=reading.held_back_s,
        ),
    )


@dataclass(slots=True)
class _Reading:
    """The body of one answer as it arrives."""

    held: Held
    watch: Watch
    size_bytes: int = 0
    held_back_s: float = 0.0
    _answer: requests.Response | None = None
    _body: bytearray = field(default_factory=bytearray)
    _arrivals: Arrivals | None = None
    """Set for an event stream."""

    def read(self, answer: requests.Response, ticket: Ticket) -> Response:
        """Give the whole answer; raises OverflowError over the cap, and what the library raises."""
        headers = _headers_of(answer)
        decoder = decoder_for(headers, answer.status_code, ticket.max_body_bytes)
        if states_too_much(headers, ticket.max_body_bytes):
            raise OverflowError
        if is_event_stream(headers.get("content-type", "")):
            self._arrivals = Arrivals(self.watch.started)
        self._answer = answer
        while chunk := self._next_chunk(answer):
            decoded = decoder.feed(chunk) if decoder is not None else chunk
            self.size_bytes += len(decoded)
            self.held.add(len(decoded))
            if self.size_bytes > ticket.max_body_bytes:
                raise OverflowError
            self._body += decoded
            if self._arrivals is not None:
                self._arrivals.note(self.size_bytes)
        if decoder is not None and decoder.is_cut:
            raise urllib3.exceptions.IncompleteRead(self.size_bytes, 0)
        return self._response(answer)

    def _next_chunk(self, answer: requests.Response) -> bytes:
        """Give what is there, once there is room for it; empty at the end."""
        self.held_back_s += self.held.wait(self.watch, self.watch.is_cut)
        if self.watch.was_cut:
            raise TimeoutError
        chunk: bytes = answer.raw.read1(_CHUNK_BYTES, decode_content=False)
        return chunk

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
            body=bytes(self._body),
            arrivals=tuple(self._arrivals.entries) if self._arrivals is not None else (),
        )


def _headers_of(answer: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}
