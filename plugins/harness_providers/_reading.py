"""Looks into JSON of unknown shape: what is not there is None, never an error."""

from functools import lru_cache
from typing import Any

from harness.api import Json, Response, parse_json

_QUOTED = 200
"""Characters of a body that is no answer: enough to tell whose page it is."""
_LARGEST_COUNT = 2**63 - 1
"""What is stored has 64 bits."""
_LARGEST_AMOUNT = 1e15


def at(value: Any, *path: str | int) -> Any:
    """Give what stands at a path of keys and places, None where the path leads nowhere."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def json_of(response: Response) -> Json:
    """Give the JSON of a body. Raises ValueError that quotes the beginning of one that is none."""
    try:
        return parse_json(response.body)
    except ValueError as error:
        said = f"not strict JSON: {error}; it"
        if response.body.lstrip()[:15].lower().startswith((b"<!doctype", b"<html")):
            said = "an HTML page, not JSON: the url leads to something else; it"
        raise ValueError(f"the body is {said} begins {_beginning_of(response)}") from error


def _beginning_of(response: Response) -> str:
    """Give the first characters of a body in quotes, on one line."""
    text = " ".join(response.body[: 16 * _QUOTED].decode("utf-8", "replace").split())
    return f'"{text}"' if len(text) <= _QUOTED else f'"{text[:_QUOTED]}…"'


def object_of(response: Response) -> dict[str, Any]:
    """Give the JSON object of a body; an empty one where there is none."""
    try:
        value = parse_json(response.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def text_at(value: Any, *path: str | int) -> str:
    """Give the text at a path, empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def count_of(given: Any) -> int | None:
    """Give a whole number from 0 on that can be stored, None for anything else."""
    is_count = isinstance(given, int) and not isinstance(given, bool)
    return given if is_count and 0 <= given <= _LARGEST_COUNT else None


def amount_of(given: Any) -> float | None:
    """Give a finite number from 0 on, None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if 0 <= given < _LARGEST_AMOUNT else None


def media_type_of(response: Response) -> str:
    """Give the media type of a body in lower case, without its parameters."""
    return _without_parameters(response.headers.get("content-type", ""))


def is_media(response: Response) -> bool:
    """Whether the body is a file by its media type."""
    return _is_of_files(response.headers.get("content-type", ""))


@lru_cache(maxsize=64)
def _without_parameters(content_type: str) -> str:
    """Read a header that is the same in nearly every answer."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=64)
def _is_of_files(content_type: str) -> bool:
    kind = _without_parameters(content_type)
    is_bytes = kind in {"application/octet-stream", "binary/octet-stream"}
    return is_bytes or kind.startswith(("audio/", "image/", "video/"))


def parameters_of(question: Json) -> dict[str, Json]:
    """Give a task's parameters, wherever its payload has them, without `inputs`."""
    if not isinstance(question, dict):
        return {}
    rest = {key: item for key, item in question.items() if key not in {"inputs", "parameters"}}
    given = question.get("parameters")
    return {**rest, **(given if isinstance(given, dict) else {})}
