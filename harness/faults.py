"""Reads an error answer, whatever its shape, into one fault."""

import re
from collections.abc import Mapping

from harness.codings import DECODED, coding_of
from harness.data.exchange import Fault, FaultKind, Response
from harness.emit import one_line
from harness.jsonvalue import Json, as_object, canonical, parse_json

# 520 to 524 and 529 are what proxies in front of hosted models make of 502, 503 and 504.
TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 525), 529})
_FINAL: frozenset[FaultKind] = frozenset({"auth", "billing", "gated"})
_TELLING_CODES = frozenset({"insufficient_quota", "model_not_supported"})
_MOST_ENTRIES = 5
_LOADING = re.compile(r"\bloading\b")
_GATED = re.compile(r"\bgated\b")
_BILLING = re.compile(r"\b(quota|credits?|billing)\b|insufficient_quota")
_HTML = re.compile(r"<(!doctype html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)

_BY_STATUS: Mapping[int, FaultKind] = {
    401: "auth",
    402: "billing",
    403: "auth",
    404: "not_found",
    407: "auth",
    408: "timeout",
    425: "overloaded",
    429: "rate_limited",
    504: "timeout",
}

_HINTS: Mapping[FaultKind, str] = {
    "auth": "set HF_TOKEN to a token that may make calls to this endpoint",
    "billing": "add credits or use another account; nothing more was sent to this target",
    "config": "the server refuses the request as it is: see its words",
    "gated": "accept the model's conditions on its page, with the account of the token",
    "loading": "the model was still loading: raise run.attempts, or warm it up first",
    "not_found": "check the model's name and the target's url",
    "overloaded": "the server could not answer: lower run.concurrency, or try again later",
    "rate_limited": "lower run.concurrency or set run.rate",
    "refused": "put the final address into the suite: redirects are not followed",
    "timeout": "raise run.timeout_s, or see why the endpoint is slow",
}


def fault_of(response: Response) -> Fault:
    """Give the fault an unsuccessful response stands for (any status but 2xx)."""
    status = response.status
    message, error_type = error_text(response)
    kind = _kind(status, message, error_type, response)
    if kind == "refused":
        message = f"redirects to {one_line(response.headers.get('location', '?'))}"
    if not message and (coding := coding_of(response.headers)) and coding not in DECODED:
        stated = one_line(response.headers["content-encoding"])
        message = f"without words that can be read (content-encoding: {stated})"
    return Fault(
        kind=kind,
        message=f"HTTP {status}: {message}" if message else f"HTTP {status} without a message",
        hint=_HINTS.get(kind, ""),
        status=status,
        is_transient=_may_pass(response, kind),
    )


def _may_pass(response: Response, kind: FaultKind) -> bool:
    """Say whether the same request may be answered later: as the server says, if it does.

    That a token, an account or a licence is refused does not pass by asking again, whatever it
    says.
    """
    if kind in _FINAL or not 400 <= response.status < 600:
        return False
    said = response.headers.get("x-should-retry", "").strip().lower()
    return said == "true" or (said != "false" and response.status in TRANSIENT_STATUS)


def _kind(status: int, message: str, error_type: str, response: Response) -> FaultKind:
    words = f"{message} {error_type} {response.headers.get('x-error-code', '')}".lower()
    if 300 <= status < 400:
        return "refused"
    if status == 503 and (_LOADING.search(words) or estimated_time_s(response) is not None):
        return "loading"
    if "gatedrepo" in words or (status in {401, 403} and _GATED.search(words)):
        return "gated"
    if status == 400 and ("api_key_invalid" in words or "api key not valid" in words):
        return "auth"
    if status in {400, 403} and _BILLING.search(words):
        return "billing"
    if status == 429 and "insufficient_quota" in words:
        return "billing"  # an empty account, in the guise of a rate limit: waiting does not help
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status == 424 or 500 <= status < 600:
        return "overloaded"
    return "config"


def error_text(response: Response) -> tuple[str, str]:
    """Give (message, error type) of an error body: JSON of any known shape, text, HTML, empty."""
    header = response.headers.get("x-error-message", "")
    if header:
        return one_line(header), ""
    body = response.body
    text = body[:4000].decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if not text:
        return "", ""
    if text.startswith("<") and _HTML.search(text):
        return "an HTML page: " + one_line(_title(text)), ""
    try:
        value = parse_json(body)
    except ValueError:
        return one_line(text), ""
    message, error_type = _from_json(value)
    return one_line(message or text), one_line(error_type)


def _from_json(value: Json) -> tuple[str, str]:
    """Read the shapes servers use: strings, lists, objects flat or nested."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return value, ""
    given = as_object(value)
    error = given.get("error")
    kind = _words(given.get("error_type") or given.get("type") or given.get("code"))
    if isinstance(error, dict):
        code = _words(error.get("code"))
        inner = code if code in _TELLING_CODES else _words(error.get("type") or error.get("status"))
        return _words(error.get("message") or error), inner or code
    if error:
        return _words(error), kind
    for key in ("message", "detail", "title", "msg"):
        if given.get(key):
            return _words(given[key]), kind
    return "", kind


def _words(value: Json) -> str:
    """Give a value as words: entries of a list one after the other, objects by their message."""
    if isinstance(value, list):
        return "; ".join(_entry(item) for item in value[:_MOST_ENTRIES])
    return _entry(value)


def _entry(item: Json) -> str:
    """Read one entry; of a FastAPI validation error the place and the message."""
    if isinstance(item, str):
        return item
    if item is None:
        return ""
    given = as_object(item)
    if isinstance(given.get("msg"), str):
        where = given.get("loc")
        path = ".".join(_entry(part) for part in where) if isinstance(where, list) else ""
        return f"{path}: {given['msg']}" if path else str(given["msg"])
    try:
        return canonical(item).decode()
    except TypeError:  # nested deeper than JSON is written
        return "a deeply nested value"


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found.group(1) if found and found.group(1).strip() else "no title"


def estimated_time_s(response: Response) -> float | None:
    """Give how long a loading model says it needs; None when it does not, or says nonsense."""
    try:
        given = as_object(parse_json(response.body)).get("estimated_time")
    except ValueError:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 1e6:
        return None
    return float(given)
