"""Finds the media inside an answer: as the body itself, or in base64 anywhere in its JSON."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from harness.jsonvalue import Json, parse_json
from harness.media.kinds import MediaKind, kind_of

MOST_FOUND = 64
_LEAST_BASE64 = 32
"""A shorter string holds no file with a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMedia:
    """One file of an answer."""

    kind: MediaKind
    body: bytes = field(repr=False)
    label: str = ""
    """What the object around it calls it."""
    score: float | None = None


def media_in(body: bytes) -> tuple[FoundMedia, ...]:
    """Give the media of a response body in the order they stand there, at most `MOST_FOUND`.

    Whatever provider sent it: the bytes as they are, or JSON with base64 or `data:` urls in it.
    """
    kind = kind_of(body)
    if kind is not None:
        return (FoundMedia(kind=kind, body=body),)
    try:
        answer = parse_json(body)
    except ValueError:
        return ()
    return tuple(islice(_inside(answer), MOST_FOUND))


def _inside(answer: Json) -> Iterator[FoundMedia]:
    """Stream the media of a JSON value; a stack, for it may nest deeper than functions can."""
    waiting: list[tuple[Json, str, float | None]] = [(answer, "", None)]
    while waiting:
        value, label, score = waiting.pop()
        match value:
            case str() if len(value) >= _LEAST_BASE64:
                body = _decoded(value)
                kind = kind_of(body)
                if kind is not None:
                    yield FoundMedia(kind=kind, body=body, label=label, score=score)
            case list():
                waiting.extend((item, label, score) for item in reversed(value))
            case dict():
                match value.get("label"):
                    case str(named):
                        label = named
                match value.get("score"):
                    case float() | int() as number:
                        score = float(number)
                waiting.extend((item, label, score) for item in reversed(value.values()))


def _decoded(text: str) -> bytes:
    """Give the bytes of base64, of a `data:` url in base64 too; nothing for other text."""
    if text.startswith("data:"):
        text = text[:200].partition(";base64,")[2] + text[200:]
    try:
        # The first bytes tell: prose of any length is not decoded for nothing.
        if kind_of(b64decode("".join(text[:120].split())[:88], validate=True)) is None:
            return b""
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""
