"""One recorded exchange, and its line in a recording."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.data.exchange import Exchange, Fault
from harness.data.suite import Case
from harness.errors import RecordingError
from harness.jsonvalue import canonical, parse_json, sha256_hex

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was asked, and how it ended: a response, or a fault of the way."""

    method: str
    url: str
    request_body: bytes
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: Fault | None = None
    """Set when no response came at all."""
    case: str = ""
    target: str = ""
    repeat: int = 0

    @property
    def key(self) -> str:
        """What a call is matched on."""
        return match_key(self.method, self.url, self.request_body)


def as_entry(case: Case, exchange: Exchange) -> Entry:
    """Give the entry of a stored exchange: how its last attempt ended."""
    last = exchange.attempts[-1]
    response = last.response
    return Entry(
        method=exchange.method,
        url=exchange.url,
        request_body=exchange.request_body,
        status=response.status if response is not None else 0,
        headers=response.headers if response is not None else {},
        body=response.body if response is not None else b"",
        fault=last.fault if response is None else None,
        case=case.id,
        target=exchange.target,
        repeat=exchange.repeat,
    )


def match_key(method: str, url: str, body: bytes) -> str:
    """Give the digest of method, URL and canonical body: JSON in any spelling is the same body."""
    return sha256_hex(b"\0".join((method.encode(), url.encode(), canonical_body(body))))


def canonical_body(body: bytes) -> bytes:
    """Give JSON in canonical form, any other body as it is."""
    try:
        return canonical(parse_json(body))
    except ValueError:
        return body


def entry_line(entry: Entry) -> bytes:
    """Give the entry as one line of JSON, newline included."""
    given: dict[str, Any] = {
        "case": entry.case,
        "target": entry.target,
        "repeat": entry.repeat,
        "method": entry.method,
        "url": entry.url,
        "request": _packed(entry.request_body),
    }
    if entry.fault is not None:
        given["fault"] = {"kind": entry.fault.kind, "message": entry.fault.message}
    else:
        given |= {
            "status": entry.status,
            "headers": dict(entry.headers),
            "body": _packed(entry.body),
        }
    return canonical(given) + b"\n"


def read_entry(line: bytes, place: str) -> Entry:
    """Read a line; raises RecordingError naming the place when it is not an entry."""
    try:
        given: Any = parse_json(line)
        fault = given.get("fault")
        return Entry(
            method=given["method"],
            url=given["url"],
            request_body=_unpacked(given["request"]),
            status=given.get("status", 0),
            headers=given.get("headers", {}),
            body=_unpacked(given.get("body")),
            fault=Fault(**fault) if fault else None,
            case=given.get("case", ""),
            target=given.get("target", ""),
            repeat=given.get("repeat", 0),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"{place}: not an entry of a recording: {error!r}") from error


def _packed(body: bytes) -> Any:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _unpacked(given: Any) -> bytes:
    if not given:
        return b""
    if "text" in given:
        return str(given["text"]).encode("utf-8")
    return base64.b64decode(given["base64"], validate=True)
