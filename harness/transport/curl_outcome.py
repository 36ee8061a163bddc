"""Reads what libcurl says of a finished transfer: timings, headers, the reason of a failure."""

from collections.abc import Sequence

import pycurl

from harness.data.exchange import Fault, Response, Timings
from harness.transport.wire import (
    Ticket,
    cut_short,
    is_headless,
    not_http,
    timed_out,
    unsendable,
)

_CONNECT = {
    pycurl.E_COULDNT_RESOLVE_HOST: "the host name does not resolve",
    pycurl.E_COULDNT_RESOLVE_PROXY: "the proxy's name does not resolve",
    pycurl.E_COULDNT_CONNECT: "nothing answers at that address",
    pycurl.E_SSL_CONNECT_ERROR: "the TLS handshake failed",
    pycurl.E_PEER_FAILED_VERIFICATION: "the server's certificate is not trusted",
    pycurl.E_SSL_CACERT_BADFILE: "the file of trusted certificates cannot be read",
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


def timings_of(handle: pycurl.Curl, ticket: Ticket, *, is_answered: bool) -> Timings:
    """Give the durations libcurl took; None for a phase that was not reached."""
    # A failed transfer has its end written into the later phases too: only the first is a fact.
    is_reused = is_answered and not handle.getinfo(pycurl.NUM_CONNECTS)
    connect_s = _connect_s(handle, ticket) or None
    return Timings(
        connect_s=0.0 if is_reused else connect_s,
        first_byte_s=handle.getinfo(pycurl.STARTTRANSFER_TIME) if is_answered else None,
        total_s=handle.getinfo(pycurl.TOTAL_TIME),
    )


def _connect_s(handle: pycurl.Curl, ticket: Ticket) -> float:
    """Give the seconds to the end of the TCP or TLS handshake, 0 when it was not reached."""
    is_secure = ticket.request.url[:6].lower() == "https:"
    seconds: float = handle.getinfo(pycurl.APPCONNECT_TIME if is_secure else pycurl.CONNECT_TIME)
    return seconds


def response_of(
    handle: pycurl.Curl, header_lines: Sequence[bytes], headers: dict[str, str], body: bytes
) -> Response | Fault:
    """Give the response of a transfer libcurl calls complete, a fault when it was cut all the same.

    libcurl takes a close inside the headers for their end; the empty line is then missing.
    """
    status = handle.getinfo(pycurl.RESPONSE_CODE)
    is_closed_early = bool(header_lines) and header_lines[-1].strip() != b""
    is_multiplexed = bool(header_lines) and header_lines[0].startswith((b"HTTP/2", b"HTTP/3"))
    if is_closed_early or (is_headless(status, headers, body) and not is_multiplexed):
        return cut_short("inside the headers")
    return Response(status=status, headers=headers, body=body)


def headers_of(lines: Sequence[bytes]) -> dict[str, str]:
    """Give lower-case names; a repeated header is one list, as RFC 9110 section 5.3 reads it.

    Of several status lines, those under the last.
    """
    headers: dict[str, str] = {}
    for line in lines:
        if line.startswith(b"HTTP/"):
            headers = {}
            continue
        name, colon, value = line.partition(b":")
        if colon:
            key = name.strip().lower().decode("latin-1")
            text = value.strip().decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def fault_of_failure(
    handle: pycurl.Curl, ticket: Ticket, code: int, text: str, *, is_answered: bool
) -> Fault:
    """Give the fault a libcurl error code stands for."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        if is_answered:
            phase = "while reading the answer"
        elif _connect_s(handle, ticket):
            phase = "no byte came"
        else:
            phase = "while connecting"
        return timed_out(ticket.deadline_s, phase)
    if code in _CONNECT:
        return Fault(
            kind="connect",
            message=f"{_CONNECT[code]}: {text}",
            is_transient=code == pycurl.E_COULDNT_CONNECT,
            hint="check the target's url, and that the server is up",
        )
    if code == pycurl.E_URL_MALFORMAT:
        return unsendable(text)
    if code in _TRUNCATED and "Too large response headers" not in text:
        return cut_short(text)
    if "Too large response headers" in text:
        return not_http("its headers are larger than any client reads")
    return not_http(f"{text} (curl {code})")
