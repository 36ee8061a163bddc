"""Live calls: one libcurl multi-handle loop, timings taken in C."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pycurl

from harness.data.exchange import Fault, Response, Timings
from harness.transport.wire import (
    Finished,
    Ticket,
    cut_short,
    is_headless,
    timed_out,
    too_large,
)

_CONNECT = {
    pycurl.E_COULDNT_RESOLVE_HOST: "the host name does not resolve",
    pycurl.E_COULDNT_RESOLVE_PROXY: "the proxy's name does not resolve",
    pycurl.E_COULDNT_CONNECT: "nothing answers at that address",
    pycurl.E_SSL_CONNECT_ERROR: "the TLS handshake failed",
    pycurl.E_PEER_FAILED_VERIFICATION: "the server's certificate is not trusted",
    pycurl.E_SSL_CERTPROBLEM: "the client certificate is refused",
    pycurl.E_SSL_CIPHER: "no common TLS cipher",
    pycurl.E_INTERFACE_FAILED: "the local address cannot be used",
}
_TRUNCATED = {
    pycurl.E_PARTIAL_FILE,
    pycurl.E_GOT_NOTHING,
    pycurl.E_RECV_ERROR,
    pycurl.E_SEND_ERROR,
    pycurl.E_HTTP2,
    92,  # CURLE_HTTP2_STREAM, which pycurl does not name
}


@dataclass(slots=True)
class _Flight:
    """A handle at work: its ticket and what has arrived."""

    handle: pycurl.Curl
    ticket: Ticket | None = None
    body: list[bytes] = field(default_factory=list)
    body_bytes: int = 0
    header_lines: list[bytes] = field(default_factory=list)
    is_over_cap: bool = False

    def on_body(self, chunk: bytes) -> int | None:
        """Keep a chunk of the body, decoded by libcurl; refuse it over the cap."""
        self.body_bytes += len(chunk)
        if self.ticket is not None and self.body_bytes > self.ticket.max_body_bytes:
            self.is_over_cap = True
            return -1
        self.body.append(chunk)
        return None

    def on_header(self, line: bytes) -> None:
        """Keep the header lines of the last status line seen."""
        if line.startswith(b"HTTP/"):
            self.header_lines.clear()
        self.header_lines.append(line)


class CurlTransport:
    """All requests of a run in one loop, handles reused, connections kept alive."""

    name = "curl"

    def __init__(self, *, connections: int, ca_file: str | None = None) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(connections, 8))
        self._ca_file = ca_file
        self._idle: list[_Flight] = []
        self._flights: dict[pycurl.Curl, _Flight] = {}

    def submit(self, ticket: Ticket) -> None:
        """Start a request."""
        flight = self._idle.pop() if self._idle else self._new_flight()
        flight.ticket = ticket
        flight.body, flight.body_bytes, flight.is_over_cap = [], 0, False
        flight.header_lines = []
        request, handle = ticket.request, flight.handle
        handle.setopt(pycurl.URL, request.url)
        handle.setopt(pycurl.TIMEOUT_MS, max(1, int(ticket.deadline_s * 1000)))
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        lines.append("Expect:")
        if ticket.secret is not None:
            lines.append(f"{ticket.secret.header}: {ticket.secret.line}")
        handle.setopt(pycurl.HTTPHEADER, lines)
        if request.method == "POST":
            handle.setopt(pycurl.POST, 1)
            handle.setopt(pycurl.POSTFIELDSIZE, len(request.body))
            handle.setopt(pycurl.POSTFIELDS, request.body)
        else:
            handle.setopt(pycurl.HTTPGET, 1)
            handle.setopt(pycurl.CUSTOMREQUEST, request.method)
        self._flights[handle] = flight
        self._multi.add_handle(handle)
        self._multi.perform()

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        """Wait at most `timeout_s` for outcomes."""
        self._multi.perform()
        outcomes = self._harvest()
        if outcomes or timeout_s <= 0:
            return outcomes
        wait_s = timeout_s
        own_ms = self._multi.timeout()
        if own_ms >= 0:
            wait_s = min(wait_s, max(own_ms / 1000, 0.0005))
        if self._multi.select(wait_s) == -1:
            time.sleep(min(wait_s, 0.002))  # no socket yet: a name is being looked up
        self._multi.perform()
        return self._harvest()

    def close(self) -> None:
        """Drop what is in flight and free every handle."""
        for handle, flight in self._flights.items():
            self._multi.remove_handle(handle)
            flight.handle.close()
        for flight in self._idle:
            flight.handle.close()
        self._flights.clear()
        self._idle.clear()
        self._multi.close()

    def _new_flight(self) -> _Flight:
        handle = pycurl.Curl()
        flight = _Flight(handle)
        handle.setopt(pycurl.WRITEFUNCTION, flight.on_body)
        handle.setopt(pycurl.HEADERFUNCTION, flight.on_header)
        handle.setopt(pycurl.FOLLOWLOCATION, 0)
        handle.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
        handle.setopt(pycurl.PROXY, "")  # the environment's proxies are nobody's choice here
        handle.setopt(pycurl.NOSIGNAL, 1)
        handle.setopt(pycurl.TCP_NODELAY, 1)
        handle.setopt(pycurl.ACCEPT_ENCODING, "gzip")
        handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
        if self._ca_file:
            handle.setopt(pycurl.CAINFO, self._ca_file)
        return flight

    def _harvest(self) -> list[Finished]:
        outcomes: list[Finished] = []
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
        timings = _timings(handle)
        response: Response | None = None
        fault: Fault | None = None
        if code:
            fault = _fault(flight, ticket, code, text)
        else:
            status = handle.getinfo(pycurl.RESPONSE_CODE)
            body = b"".join(flight.body)
            headers = _headers(flight.header_lines)
            if is_headless(status, headers, body) and not _is_http2(flight.header_lines):
                fault = cut_short("inside the headers")
            else:
                response = Response(status=status, headers=headers, body=body)
        flight.ticket = None
        self._idle.append(flight)
        return Finished(key=ticket.key, response=response, fault=fault, timings=timings)


def _timings(handle: pycurl.Curl) -> Timings:
    total_s = handle.getinfo(pycurl.TOTAL_TIME)
    secure_s = handle.getinfo(pycurl.APPCONNECT_TIME)
    connect_s = secure_s or handle.getinfo(pycurl.CONNECT_TIME)
    is_new = handle.getinfo(pycurl.NUM_CONNECTS) > 0
    first_byte_s = handle.getinfo(pycurl.STARTTRANSFER_TIME)
    return Timings(
        connect_s=connect_s if is_new else 0.0,
        first_byte_s=first_byte_s or None,
        total_s=total_s,
    )


def _headers(lines: Sequence[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            key = name.strip().lower().decode("latin-1")
            headers.setdefault(key, value.strip().decode("latin-1"))
    return headers


def _is_http2(lines: Sequence[bytes]) -> bool:
    return bool(lines) and lines[0].startswith((b"HTTP/2", b"HTTP/3"))


def _fault(flight: _Flight, ticket: Ticket, code: int, text: str) -> Fault:
    if flight.is_over_cap:
        return too_large(ticket.max_body_bytes)
    if code == pycurl.E_OPERATION_TIMEDOUT:
        handle = flight.handle
        if not handle.getinfo(pycurl.PRETRANSFER_TIME):
            phase = "while connecting"
        elif not handle.getinfo(pycurl.STARTTRANSFER_TIME):
            phase = "no byte came"
        else:
            phase = "while reading the answer"
        return timed_out(ticket.deadline_s, phase)
    if code in _CONNECT:
        return Fault(
            kind="connect",
            message=f"{_CONNECT[code]}: {text}",
            is_transient=code == pycurl.E_COULDNT_CONNECT,
            hint="check the target's url, and that the server is up",
        )
    if code in _TRUNCATED:
        return cut_short(text)
    return Fault(kind="malformed", message=f"the answer is not legal HTTP: {text} (curl {code})")
