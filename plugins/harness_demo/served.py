"""What the demo server serves, hears and says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class InputError(ValueError):
    """The request is wrong; its text becomes the `error` of a 400 answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One revision of one model."""

    model: str
    """Repository name, `owner/name`."""
    revision: str
    """40 or 64 hex digits; sent back as `x-sha`."""
    task: str
    predict: Callable[[Mapping[str, Any]], Any]
    """From the request's JSON object (`inputs`, `parameters`) to the answer's JSON; raises
    `InputError` for a request it cannot answer. Called from several threads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInfo:
    """One request as it arrived."""

    ordinal: int
    """1 for the server's first request, then counting."""
    method: str
    path: str
    """Without the query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    payload: Any
    """The body as JSON; None when it is not JSON."""
    served: Served | None
    """Who would answer; None when the path names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; what `headers` names replaces what the server would have sent."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    close: bool = False
    """Close the connection afterwards. With a larger `content-length`: a truncated body."""
