"""Live calls: one libcurl multi-handle loop, timings taken in C."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence

import pycurl

from harness.data.exchange import Fault, Response, Timings
from harness.data.noun import replace
from harness.emit import one_line
from harness.transport.curl_flight import Flight
from harness.transport.curl_kept import Kept
from harness.transport.curl_outcome import (
    fault_of_failure,
    headers_of,
    is_answer,
    response_of,
    timings_of,
)
from harness.transport.curl_request import prepare, prepare_once
from harness.transport.held import Held
from harness.transport.wire import Finished, Ticket, cut_short, unsendable

_MOST_UNSENT = 8
"""Requests that are sent together: with 256 under way, one at a time costs twice as much."""
_CLOSE_WITHIN_S = 0.5


class CurlTransport:
    """All requests of a run in one loop, handles reused, connections kept alive.

    libcurl sends a request again, unseen, when the connection it reused closes before a byte of the
    answer. Refusing that was tried: connections that servers closed while idle, which is common,
    then became faults of calls that nobody had read. So it may, once: see `Flight.on_send`. What it
    sends on a connection that is closed by then reaches nobody, and is no repeat: see `Kept`.
    """

    name = "curl"

    def __init__(self, *, connections: int, held: Held | None = None) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(connections, 8))
        self._idle: dict[str | None, list[Flight]] = {}
        """By file of certificates: libcurl has no way back from one to its default."""
        self._flights: dict[pycurl.Curl, Flight] = {}
        self._refused: list[Finished] = []
        self._unsent: list[Flight] = []
        """Those handed to libcurl since it was last let send."""
        self._held = held if held is not None else Held()
        self._held_back: deque[Flight] = deque()
        """Those whose answers are there and not read on, for want of room."""
        self._kept = Kept()
        self._is_closed = False

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies that have arrived and were not given yet."""
        return self._held.bytes

    def submit(self, ticket: Ticket) -> None:
        """Start a request."""
        idle = self._idle.setdefault(ticket.ca_file, [])
        flight = idle.pop() if idle else self._new_flight(ticket.ca_file)
        flight.ticket, before, flight.set_for = ticket, flight.set_for, None
        try:
            prepare(flight.handle, ticket, before)
            self._multi.add_handle(flight.handle)
        except (pycurl.error, ValueError, TypeError) as error:
            flight.handle.close()  # half prepared: not used again
            fault = unsendable(one_line(str(error)))
            self._refused.append(
                Finished(key=ticket.key, response=None, fault=fault, timings=Timings())
            )
            return
        flight.set_for = ticket
        self._flights[flight.handle] = flight
        self._unsent.append(flight)
        if len(self._unsent) >= _MOST_UNSENT:
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

        Its clock of a request starts here, not where the request is handed to it. It has chosen a
        connection when it comes back; if it has to choose another one, that is a new one, and what
        went out on a new one is not repeated. What it repeats before it comes back is counted.
        """
        unsent, self._unsent = self._unsent, []
        now = time.perf_counter()
        for flight in unsent:
            flight.started = now
        self._multi.perform()
        for flight in unsent:
            flight.handle.setopt(pycurl.FRESH_CONNECT, 1)

    def close(self) -> None:
        """Drop what is in flight and free every handle.

        libcurl waits for the look-ups of names it began, and those can take as long as they like:
        after half a second they are left to a thread that holds up nobody.
        """
        if self._is_closed:
            return
        self._is_closed = True
        under_way = list(self._flights)
        idle = [flight.handle for flight in itertools.chain.from_iterable(self._idle.values())]
        self._flights.clear()
        self._idle.clear()
        freeing = threading.Thread(
            target=_free, args=(self._multi, under_way, idle), name="revgate-close", daemon=True
        )
        freeing.start()
        freeing.join(_CLOSE_WITHIN_S)

    def _new_flight(self, ca_file: str | None) -> Flight:
        handle = pycurl.Curl()
        flight = Flight(handle, self._held, self._held_back, self._kept)
        handle.setopt(pycurl.WRITEFUNCTION, flight.on_body)
        handle.setopt(pycurl.HEADERFUNCTION, flight.header_lines.append)
        handle.setopt(pycurl.PREREQFUNCTION, flight.on_send)
        handle.setopt(pycurl.SOCKOPTFUNCTION, flight.on_socket)
        prepare_once(handle, ca_file)
        return flight

    def _harvest(self) -> list[Finished]:
        outcomes, self._refused = self._refused, []
        waiting = 1
        while waiting:
            waiting, done, failed = self._multi.info_read()
            outcomes.extend(self._close_flight(handle, 0, "") for handle in done)
            for handle, code, text in failed:
                if code == pycurl.E_SEND_ERROR and self._flights[handle].passed:
                    self._send_on_new_connection(handle)
                else:
                    outcomes.append(self._close_flight(handle, code, text))
        while self._held_back and self._held.may_read(self._held_back[0]):
            self._held_back[0].read_on()
        return outcomes

    def _send_on_new_connection(self, handle: pycurl.Curl) -> None:
        """Go on where libcurl gave up: it found some of those it kept closed, one after another."""
        flight = self._flights[handle]
        flight.passed = 0
        self._multi.remove_handle(handle)
        handle.setopt(pycurl.FRESH_CONNECT, 1)
        self._multi.add_handle(handle)
        self._unsent.append(flight)

    def _close_flight(self, handle: pycurl.Curl, code: int, text: str) -> Finished:
        self._multi.remove_handle(handle)
        flight = self._flights.pop(handle)
        ticket = flight.ticket
        assert ticket is not None  # noqa: S101 - a flight in the table always carries its ticket
        if flight.held_back_from is not None:
            flight.end_wait()
        is_answered = bool(flight.header_lines) and (not code or is_answer(handle))
        outcome: Response | Fault
        partial: Response | None = None
        if code:
            outcome = flight.refusal or fault_of_failure(
                handle,
                ticket,
                code,
                one_line(text),
                is_answered=is_answered,
                held_back_s=flight.held_back_s,
            )
            if flight.arrivals is not None and outcome.kind == "timeout":
                partial = _stream_of(handle, flight)
        elif flight.decoder is not None and flight.decoder.is_cut:
            outcome = cut_short("inside gzip")
        else:
            headers = flight.headers
            if headers is None:  # no body came: the answer began and ended at once
                headers, is_preceded = headers_of(flight.header_lines)
                if is_preceded:
                    flight.begun_s = handle.getinfo(pycurl.TOTAL_TIME)
            outcome = response_of(handle, flight.header_lines, headers, b"".join(flight.body))
            if isinstance(outcome, Response) and flight.arrivals is not None:
                outcome = replace(outcome, arrivals=tuple(flight.arrivals.entries))
        timings = timings_of(
            handle,
            ticket,
            is_answered=is_answered,
            begun_s=flight.begun_s,
            held_back_s=flight.held_back_s,
        )
        flight.unload()
        self._idle[ticket.ca_file].append(flight)
        return Finished(
            key=ticket.key,
            response=outcome if isinstance(outcome, Response) else partial,
            fault=outcome if isinstance(outcome, Fault) else None,
            timings=timings,
        )


def _stream_of(handle: pycurl.Curl, flight: Flight) -> Response | None:
    """Give what came of an event stream until its deadline; None where it was none of answers."""
    body = b"".join(flight.body)
    response = response_of(handle, flight.header_lines, flight.headers or {}, body)
    if not isinstance(response, Response) or not 200 <= response.status < 300:
        return None
    return replace(response, arrivals=tuple(flight.arrivals.entries) if flight.arrivals else ())


def _free(
    multi: pycurl.CurlMulti, under_way: Iterable[pycurl.Curl], idle: Iterable[pycurl.Curl]
) -> None:
    for handle in under_way:
        multi.remove_handle(handle)
        handle.close()
    for handle in idle:
        handle.close()
    multi.close()
