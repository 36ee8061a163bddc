"""Reads what `requests` raises, and what it wraps, into one fault."""

import http.client
import ssl
from collections.abc import Iterator, Sequence

import requests
import urllib3

from harness.data.exchange import Fault, FaultKind
from harness.emit import one_line
from harness.errors import HarnessError
from harness.transport.decoding import CodingError, undecodable
from harness.transport.wire import Ticket, cut_short, not_http, timed_out, too_large, unsendable

_UNSENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    urllib3.exceptions.LocationParseError,
    UnicodeEncodeError,
)
_INCOMPLETE = (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead)


def fault_of_error(error: Exception, ticket: Ticket, phase: str) -> Fault:
    """Give the fault that an exception raised in this phase of a call stands for."""
    if isinstance(error, HarnessError):
        # A recording answers in the place of the network: see `harness.recording.replay`.
        kind: FaultKind = getattr(error, "kind", "replay_miss")
        hint = "record again with --record" if kind == "replay_miss" else ""
        return Fault(kind=kind, message=str(error), hint=hint)
    if isinstance(error, OverflowError):
        return too_large(ticket.max_body_bytes)
    if isinstance(error, CodingError):
        return undecodable(error)
    causes = list(_causes(error))
    words = _words(causes[-1])
    if _has(causes, *_UNSENDABLE):
        return unsendable(words)
    if _has(causes, ssl.SSLEOFError):
        return cut_short("inside TLS")
    if _has(causes, requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError):
        return _unreachable(f"the TLS handshake failed: {words}")
    if _has(causes, urllib3.exceptions.NameResolutionError):
        return _unreachable(f"the host name does not resolve: {words}")
    if _has(causes, urllib3.exceptions.NewConnectionError):
        return _unreachable(f"nothing answers at that address: {words}", is_transient=True)
    if _has(causes, requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return timed_out(ticket.deadline_s, phase)
    if _has(causes, ConnectionError, *_INCOMPLETE):
        return cut_short(type(causes[-1]).__name__)
    return not_http(words)


def _unreachable(message: str, *, is_transient: bool = False) -> Fault:
    return Fault(
        kind="connect",
        message=message,
        is_transient=is_transient,
        hint="check the target's url, and that the server is up",
    )


def _has(causes: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what it wraps, outermost first: libraries hide the reason in arguments."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        reason = getattr(current, "reason", None)
        inner = [reason, *current.args]
        current = next((e for e in inner if isinstance(e, BaseException)), None)


def _words(error: BaseException) -> str:
    """Give the innermost cause's words: the outer ones repeat the URL, query string included."""
    return one_line(f"{type(error).__name__}: {str(error).rsplit(': ', 1)[-1]}")
