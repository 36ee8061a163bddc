"""Reads what libcurl says of a finished transfer: timings, headers, the reason of a failure."""

from collections.abc import Sequence
from functools import lru_cache

import pycurl

from harness.data.exchange import Fault, Response, Timings
from harness.data.noun import replace
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


_USUAL_BYTES = 160
"""Of a header line that is remembered."""


def is_answer(handle: pycurl.Curl) -> bool:
    """Whether the status line that came last is of an answer, not of what goes before one."""
    return not 100 <= handle.getinfo(pycurl.RESPONSE_CODE) < 200


def timings_of(
    handle: pycurl.Curl,
    ticket: Ticket,
    *,
    is_answered: bool,
    begun_s: float | None,
    held_back_s: float,
) -> Timings:
    """Give the durations libcurl took; None for a phase that was not reached.

    Its first byte may be that of an informational answer: `begun_s` is the real one's, if given.
    """
    first_byte_s = begun_s
    if is_answered and begun_s is None:
        first_byte_s = handle.getinfo(pycurl.STARTTRANSFER_TIME)
    total_s = handle.getinfo(pycurl.TOTAL_TIME)
    is_reused = not handle.getinfo(pycurl.NUM_CONNECTS)
    if is_reused and (is_answered or _is_sent(handle)):
        return Timings(
            connect_s=0.0, first_byte_s=first_byte_s, total_s=total_s, held_back_s=held_back_s
        )
    # A failed transfer has its end written into the later phases too: only these are facts.
    connect_s = _connect_s(handle, ticket) or None
    tls_s = None
    if connect_s is not None and _is_secure(ticket) and ticket.proxy is None:
        tls_s = connect_s - handle.getinfo(pycurl.CONNECT_TIME)  # else with the proxy's CONNECT
    return Timings(
        connect_s=connect_s,
        lookup_s=handle.getinfo(pycurl.NAMELOOKUP_TIME) or None,
        tls_s=tls_s,
        first_byte_s=first_byte_s,
        total_s=total_s,
        held_back_s=held_back_s,
    )


def _is_secure(ticket: Ticket) -> bool:
    return ticket.request.url[:6].lower() == "https:"


def _connect_s(handle: pycurl.Curl, ticket: Ticket) -> float:
    """Give the seconds to the end of the TCP or TLS handshake.

    0 when it was not reached, and on a reused connection.
    """
    last = pycurl.APPCONNECT_TIME if _is_secure(ticket) else pycurl.CONNECT_TIME
    seconds: float = handle.getinfo(last)
    return seconds


def _is_sent(handle: pycurl.Curl) -> bool:
    """Whether anything of the request left; a proxy's CONNECT is none of it."""
    return bool(handle.getinfo(pycurl.REQUEST_SIZE))


def response_of(
    handle: pycurl.Curl, header_lines: Sequence[bytes], headers: dict[str, str], body: bytes
) -> Response | Fault:
    """Give the response of a transfer libcurl calls complete, a fault when it was cut all the same.

    libcurl takes a close inside the headers for their end; the empty line is then missing.
    """
    status = handle.getinfo(pycurl.RESPONSE_CODE)
    is_closed_early = bool(header_lines) and not _is_ended(header_lines)
    is_multiplexed = bool(header_lines) and header_lines[0].startswith((b"HTTP/2", b"HTTP/3"))
    if is_closed_early or (is_headless(status, headers, body) and not is_multiplexed):
        return cut_short("inside the headers")
    return Response(status=status, headers=headers, body=body)


def _is_ended(lines: Sequence[bytes]) -> bool:
    """Whether an empty line follows the last status line; trailers may follow it."""
    for line in reversed(lines):
        if not line.strip():
            return True
        if line.startswith(b"HTTP/"):
            break
    return False


def headers_of(lines: Sequence[bytes]) -> tuple[dict[str, str], bool]:
    """Give lower-case names, and whether another status line came before that of these.

    Those are under the last status line, and above its empty line: trailers are not among them. A
    repeated header is one list, as RFC 9110 section 5.3 reads it.
    """
    headers: dict[str, str] = {}
    statuses, is_open = 0, True
    for line in lines:
        name, value = _usual_field_of(line) if len(line) <= _USUAL_BYTES else _field_of(line)
        if name is None:
            if value:
                headers, is_open = {}, True
                statuses += 1
            elif not line.strip():
                is_open = False
        elif is_open:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, statuses > 1


def _field_of(line: bytes) -> tuple[str | None, str]:
    """Give name and value of a header line; no name, and a value for a status line alone."""
    if line.startswith(b"HTTP/"):
        return None, "HTTP/"
    name, colon, value = line.partition(b":")
    if not colon:
        return None, ""
    return name.strip().lower().decode("latin-1"), value.strip().decode("latin-1")


_usual_field_of = lru_cache(maxsize=256)(_field_of)
"""Most lines of an answer are those of the answer before."""


def status_of(lines: Sequence[bytes]) -> int:
    """Give the status of the last status line, 0 where it has none: libcurl tells it at the end."""
    for line in reversed(lines):
        if line.startswith(b"HTTP/"):
            status = line[5:].partition(b" ")[2].lstrip()[:3]
            return int(status) if status.isdigit() else 0
    return 0


def fault_of_failure(
    handle: pycurl.Curl,
    ticket: Ticket,
    code: int,
    text: str,
    *,
    is_answered: bool,
    held_back_s: float,
) -> Fault:
    """Give the fault a libcurl error code stands for."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        if held_back_s:
            return replace(
                timed_out(ticket.deadline_s, f"held back {held_back_s:.2f} s for want of memory"),
                hint="lower run.concurrency: too many large answers come at once",
            )
        return timed_out(ticket.deadline_s, _phase(handle, ticket, is_answered=is_answered))
    tunnel = handle.getinfo(pycurl.HTTP_CONNECTCODE)
    if tunnel and not 200 <= tunnel < 300:
        return _no_tunnel(tunnel)
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


def _phase(handle: pycurl.Curl, ticket: Ticket, *, is_answered: bool) -> str:
    """Give how far a request came whose deadline is over."""
    if is_answered:
        return "while reading the answer"
    if _is_sent(handle) or _connect_s(handle, ticket):
        return "no byte came"
    if not handle.getinfo(pycurl.NAMELOOKUP_TIME):
        return "while connecting: name look-up"
    if ticket.proxy is not None:
        return "while connecting through the proxy"
    is_tcp_done = bool(handle.getinfo(pycurl.CONNECT_TIME))
    return "while connecting: TLS handshake" if is_tcp_done else "while connecting"


def _no_tunnel(status: int) -> Fault:
    """Give the fault of a proxy that answered CONNECT with this status."""
    hint = "check the target's proxy, and whether it lets calls through to that server"
    if status == 407:
        hint = "name a proxy that asks for no credentials: none are sent to proxies"
    return Fault(
        kind="connect",
        message=f"the proxy opens no way to the server: it answered CONNECT with {status}",
        is_transient=status >= 500,
        hint=hint,
    )
