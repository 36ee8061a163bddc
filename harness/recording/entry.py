"""One recorded exchange, and its line in a recording."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, get_args

from harness import redact
from harness.data.exchange import Exchange, Fault, FaultKind
from harness.data.suite import Case
from harness.errors import RecordingError
from harness.jsonvalue import canonical, parse_json, sha256_hex

FORMAT = 1
_Kind = TypeVar("_Kind", str, int, dict[str, Any])


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
    if last.fault is not None and last.fault.kind == "timeout" and last.fault.status is None:
        response = None  # what came of a stream until its deadline is no answer to replay
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
    """Give the digest of method, URL and canonical body: JSON in any spelling is the same body.

    What looks like a credential is left out, as it is left out of recordings.
    """
    plain = redact.remove_patterns(canonical_body(body))
    return sha256_hex(b"\0".join((method.encode(), sent_url(url).encode(), plain)))


@lru_cache(maxsize=1024)
def sent_url(url: str) -> str:
    """Give a URL as `requests` sends it: with a path, percent-encoded, the host in IDNA."""
    from requests import PreparedRequest, RequestException

    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url, None)
    except (RequestException, ValueError):
        return url
    return str(prepared.url)


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
        fault = _fault(given)
        return Entry(
            method=_typed(str, given["method"]),
            url=_typed(str, given["url"]),
            request_body=_unpacked(given["request"]),
            status=0 if fault is not None else _status(given["status"]),
            headers={} if fault is not None else _headers(given["headers"]),
            body=b"" if fault is not None else _unpacked(given["body"]),
            fault=fault,
            case=_typed(str, given.get("case", "")),
            target=_typed(str, given.get("target", "")),
            repeat=_typed(int, given.get("repeat", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"{place}: not an entry of a recording: {error!r}") from error


def _typed(kind: type[_Kind], value: Any) -> _Kind:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} where a {kind.__name__} belongs")
    return value


def _fault(given: Any) -> Fault | None:
    if "fault" not in given:
        return None
    fault = given["fault"]
    if fault["kind"] not in get_args(FaultKind):
        raise ValueError(f"unknown fault {fault['kind']!r}")
    return Fault(kind=fault["kind"], message=_typed(str, fault["message"]))


def _status(value: Any) -> int:
    status = _typed(int, value)
    if not 100 <= status <= 999:
        raise ValueError(f"{status} is no HTTP status")
    return status


def _headers(given: Any) -> dict[str, str]:
    return {_typed(str, name): _one_line(value) for name, value in _typed(dict, given).items()}


def _one_line(value: Any) -> str:
    text = _typed(str, value)
    if "\r" in text or "\n" in text or not text.isascii():
        return text.encode("ascii", "backslashreplace").decode().replace("\r", "").replace("\n", "")
    return text


def _packed(body: bytes) -> Any:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _unpacked(given: Any) -> bytes:
    ((form, value),) = _typed(dict, given).items()
    if form == "text":
        return _typed(str, value).encode("utf-8")
    if form == "base64":
        return base64.b64decode(_typed(str, value), validate=True)
    raise ValueError(f"unknown form of a body: {form!r}")
