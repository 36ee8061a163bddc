"""JSON values: their type, canonical bytes, digests."""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import orjson

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

_CANONICAL = orjson.OPT_SORT_KEYS


def canonical(value: object) -> bytes:
    """Give the one byte form of a JSON value: sorted keys, no spaces, UTF-8.

    Raises TypeError for what JSON cannot hold.
    """
    return orjson.dumps(value, option=_CANONICAL)


def digest(value: object) -> str:
    """Give the sha256 of the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256_hex(body: bytes) -> str:
    """Give the sha256 of bytes, 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


def parse_json(body: bytes) -> Json:
    """Read strict JSON (RFC 8259): no NaN, no Infinity, valid UTF-8; a leading BOM is dropped.

    Raises ValueError.
    """
    result: Json = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    return result


def as_object(value: object) -> Mapping[str, Json]:
    """Give the value when it is a JSON object, an empty one otherwise."""
    return value if isinstance(value, dict) else {}
