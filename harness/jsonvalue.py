"""JSON values: their type, canonical bytes, digests."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
else:  # what decodes by type at run time knows no type that refers to itself
    Json = Any

_CANONICAL = orjson.OPT_SORT_KEYS


def canonical(value: object) -> bytes:
    """Give the one byte form of a JSON value: sorted keys, no spaces, UTF-8.

    Raises TypeError for what JSON cannot hold.
    """
    # orjson gives its working space along, 4,096 bytes for the least of them: a copy has its length
    return bytes(memoryview(orjson.dumps(value, option=_CANONICAL)))


def digest(value: object) -> str:
    """Give the sha256 of the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256_hex(body: bytes) -> str:
    """Give the sha256 of bytes, 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


def parse_json(body: bytes, *, keeps_last: bool = False) -> Json:
    """Read strict JSON (RFC 8259): no NaN, no Infinity, valid UTF-8; a leading BOM is dropped.

    Raises ValueError, also for an object with a key twice, unless the last one is to be kept:
    readers differ in which they take, so two of them would judge two answers.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    result: Json = orjson.loads(body)
    if not keeps_last and may_repeat_keys(body, result):
        _refuse_repeated_keys(body)
    return result


def may_repeat_keys(body: bytes, value: Json) -> bool:
    """Whether keys may have been dropped: written again, the value has fewer colons.

    Exact where no colon is written as an escape, and as fast as writing is.
    """
    colons = body.count(b":")
    if colons < 2:
        return False
    try:
        return orjson.dumps(value).count(b":") != colons or b"\\u003" in body
    except TypeError:  # more than 254 levels deep
        return True


@dataclass(frozen=True, slots=True)
class _Repeated:
    """Stands for an object that has a key twice."""

    key: str


def _refuse_repeated_keys(body: bytes) -> None:
    """Raise ValueError that names key and place when an object has a key twice."""

    def collected(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        counts = Counter(key for key, _ in pairs)
        return _Repeated(next(key for key, count in counts.items() if count > 1))

    try:
        marked = json.loads(body, object_pairs_hook=collected, parse_int=len, parse_float=len)
    except RecursionError as error:
        raise ValueError("nested too deep to be read: about 1,000 levels") from error
    left: list[tuple[str, Any]] = [("", marked)]
    while left:
        path, value = left.pop()
        if isinstance(value, _Repeated):
            where = f"the object at {path:.200}" if path else "the object"
            raise ValueError(f"key {value.key[:60]!r} stands twice in {where}: which is meant?")
        if isinstance(value, dict):
            left += [(f"{path:.200}/{key[:60]!r}", item) for key, item in value.items()]
        elif isinstance(value, list):
            left += [(f"{path:.200}/{place}", item) for place, item in enumerate(value)]


def as_object(value: object) -> Mapping[str, Json]:
    """Give the value when it is a JSON object, an empty one otherwise."""
    return value if isinstance(value, dict) else {}
