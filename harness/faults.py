"""Reads an error answer, whatever its shape, into one fault."""

from collections.abc import Mapping
from typing import Any

from harness.data.exchange import Fault, FaultKind, Response
from harness.emit import one_line
from harness.jsonvalue import as_object, parse_json

TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 529})

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
    return Fault(
        kind=kind,
        message=f"HTTP {status}: {message}" if message else f"HTTP {status} without a message",
        hint=_HINTS.get(kind, ""),
        status=status,
        is_transient=status in TRANSIENT_STATUS or kind == "loading",
    )


def _kind(status: int, message: str, error_type: str, response: Response) -> FaultKind:
    words = f"{message} {error_type} {response.headers.get('x-error-code', '')}".lower()
    if 300 <= status < 400:
        return "refused"
    if status == 503 and ("loading" in words or estimated_time_s(response) is not None):
        return "loading"
    if "gatedrepo" in words or (status in {401, 403} and "gated" in words):
        return "gated"
    if status == 400 and ("api_key_invalid" in words or "api key not valid" in words):
        return "auth"
    if status in {400, 403} and any(word in words for word in ("quota", "credits", "billing")):
        return "billing"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status == 424 or status >= 500:
        return "overloaded"
    return "config"


def error_text(response: Response) -> tuple[str, str]:
    """Give (message, error type) of an error body: JSON of any known shape, text, HTML, empty."""
    header = response.headers.get("x-error-message", "")
    if header:
        return one_line(header), ""
    body = response.body
    text = body[:4000].decode("utf-8", "replace").strip()
    if not text:
        return "", ""
    if text[:15].lower().startswith(("<!doctype", "<html")):
        return "an HTML page: " + one_line(_title(text)), ""
    try:
        value = parse_json(body)
    except ValueError:
        return one_line(text), ""
    message, error_type = _from_json(value)
    return one_line(message or text), one_line(error_type)


def _from_json(value: Any) -> tuple[str, str]:
    """Read the shapes servers use: strings, lists, objects flat or nested."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, list):
        return _from_json(value[0]) if value else ("", "")
    given = as_object(value)
    error = given.get("error")
    kind = str(given.get("error_type") or given.get("type") or given.get("code") or "")
    if isinstance(error, dict):
        inner = error.get("type") or error.get("status") or error.get("code") or ""
        return str(error.get("message") or error), str(inner)
    if isinstance(error, list):
        return "; ".join(str(item) for item in error), kind
    if error:
        return str(error), kind
    for key in ("message", "detail", "title", "msg"):
        found = given.get(key)
        if isinstance(found, list):
            return "; ".join(_detail(item) for item in found), kind
        if found:
            return str(found), kind
    return "", kind


def _detail(item: Any) -> str:
    """Read one entry of a FastAPI validation error."""
    given = as_object(item)
    if "msg" not in given:
        return str(item)
    where = given.get("loc")
    path = ".".join(str(part) for part in where) if isinstance(where, list) else ""
    return f"{path}: {given['msg']}" if path else str(given["msg"])


def _title(page: str) -> str:
    lower = page.lower()
    start = lower.find("<title>")
    end = lower.find("</title>", start)
    return page[start + 7 : end] if 0 <= start < end else "no title"


def estimated_time_s(response: Response) -> float | None:
    """Give how long a loading model says it needs; None when it does not, or says nonsense."""
    try:
        given = as_object(parse_json(response.body)).get("estimated_time")
    except ValueError:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 1e6:
        return None
    return float(given)
