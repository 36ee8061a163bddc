"""What both transports speak: tickets in, finished attempts out."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from harness.credentials import Secret
from harness.data.call import Request
from harness.data.exchange import Fault, Response, Timings
from harness.data.noun import Noun
from harness.units import format_bytes

_LINE_ENDS = re.compile("[\r\n\0]")


class Ticket(Noun, frozen=True, kw_only=True):
    """One request to be sent once."""

    key: int
    """The caller's own name for it, given back with the outcome."""
    request: Request
    deadline_s: float
    """Total, from look-up to last byte."""
    max_body_bytes: int
    secret: Secret | None = None
    """Its words are in no repr."""
    proxy: str | None = None
    """`http://host:port`; None: none, whatever the environment says."""
    ca_file: str | None = None
    """Certificates the server is trusted by; None: the system's."""
    is_apart: bool = False
    """On a connection made for it, since the one that was used before broke."""


class Finished(Noun, frozen=True, kw_only=True):
    """The outcome of a ticket: a response of any status, or a fault of the way.

    Both: an event stream that outlived its deadline, as far as it came.
    """

    key: int
    response: Response | None
    fault: Fault | None
    timings: Timings


class Transport(Protocol):
    """Sends requests at once and yields outcomes as they come; used from one thread."""

    name: str

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies that have arrived and were not given yet, over all connections."""

    def submit(self, ticket: Ticket) -> None:
        """Start a request; never raises: one that cannot be sent ends as a fault."""

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        """Wait at most `timeout_s` for outcomes; may be empty."""

    def close(self) -> None:
        """Drop what is in flight and free everything."""


def header_lines(ticket: Ticket) -> list[tuple[str, str]]:
    """Give (lower-case name, value) of every header to send, the credential in its place.

    Raises ValueError for what would end the line it stands in, and for a file of certificates that
    is not there.
    """
    if ticket.ca_file is not None and not Path(ticket.ca_file).is_file():
        raise ValueError(f"there is no file of certificates at {ticket.ca_file}")
    headers = {name.lower(): value for name, value in ticket.request.headers.items()}
    if ticket.secret is not None:
        headers[ticket.secret.header.lower()] = ticket.secret.line
    for name, value in headers.items():
        if _LINE_ENDS.search(name) or _LINE_ENDS.search(value):
            # Never the value: it may be the credential.
            raise ValueError(f"the request header {name!r} holds a line break")
    return list(headers.items())


def too_large(limit_bytes: int) -> Fault:
    """Give the fault of an answer over the size cap."""
    return Fault(
        kind="malformed",
        message=f"the answer is larger than {format_bytes(limit_bytes)}",
        hint="raise run.max_body_bytes if the model really answers that much",
    )


def unsendable(what: str) -> Fault:
    """Give the fault of a request that cannot be put on the wire."""
    return Fault(
        kind="config",
        message=f"the request cannot be sent: {what}",
        hint="check the target's url and the provider's headers",
    )


def not_http(what: str) -> Fault:
    """Give the fault of bytes that are no HTTP answer."""
    return Fault(
        kind="malformed",
        message=f"the answer is not legal HTTP: {what}",
        hint="see whether the url names a model server, and what a proxy on the way makes of it",
    )


def timed_out(deadline_s: float, phase: str) -> Fault:
    """Give the fault of an attempt that outlived its deadline."""
    return Fault(
        kind="timeout",
        is_transient=True,
        message=f"no complete answer within {deadline_s:g} s ({phase})",
        hint="raise run.timeout_s, or see why the endpoint is slow",
    )


def starved(deadline_s: float, held_back_s: float) -> Fault:
    """Give the fault of an attempt that outlived its deadline while it was not read."""
    return Fault(
        kind="timeout",
        is_transient=True,
        message=f"no complete answer within {deadline_s:g} s "
        f"(held back {held_back_s:.2f} s for want of memory)",
        hint="lower run.concurrency: too many large answers come at once",
    )


def cut_short(what: str) -> Fault:
    """Give the fault of an answer that ended before its end."""
    return Fault(
        kind="truncated",
        is_transient=True,
        message=f"the connection closed before the answer was complete ({what})",
        hint="the server or a proxy on the way dropped it; see its log",
    )


def is_headless(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a "200" is really a connection that closed inside its headers.

    HTTP/1.1 clients report such a close as an empty success; a real answer states a length, is
    chunked, or has a body. Of a refusal the status alone is enough.
    """
    if body or status == 204 or not 200 <= status < 300:
        return False
    return "content-length" not in headers and "transfer-encoding" not in headers


def states_too_much(headers: Mapping[str, str], cap_bytes: int) -> bool:
    """Whether the answer states a length over the cap: it is refused before it is read."""
    length = headers.get("content-length", "").strip()
    return len(length) <= 20 and length.isascii() and length.isdecimal() and int(length) > cap_bytes
