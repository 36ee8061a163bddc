"""Embeddings as they travel: every nesting read into one vector an input."""

import math
import struct
from array import array
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from harness.api import Json, Output
from harness_tasks._wire import refused

EXPECTED = "[float], nested up to [[[[float]]]], base64 of float32, or {data: [{embedding}]}"


def parse_vectors(answer: Json | bytes) -> Output:
    """Read one vector, or one for each of several inputs; raises ShapeError.

    Vectors of tokens (`[[[float]]]`, one matrix an input) become their mean. The canonical value
    is `{"vector": [...], "shape": [width]}`, or, for several inputs, their vectors one behind the
    other with `shape` [count, width].
    """
    match answer:
        case {"error": error} if error is not None:
            raise refused(answer, EXPECTED)
        case {"data": [{"embedding": _}, *_] as entries}:
            rows, variant = _rows(_in_order(entries))
            variant = f"{{data:[{{embedding:{variant.removeprefix('[').removesuffix(']')}}}]}}"
        case list() | str():
            rows, variant = _rows(answer)
        case _:
            raise refused(answer, EXPECTED)
    width = len(rows[0])
    if not width or any(len(row) != width for row in rows):
        raise refused(answer, "vectors of one width")
    shape: list[Json] = [width] if len(rows) == 1 else [len(rows), width]
    vector: list[Json] = [value for row in rows for value in row]
    text = f"{len(rows)} x {width}" if rows[1:] else f"{width} numbers"
    return Output(value={"vector": vector, "shape": shape}, variant=variant, text=text)


def _in_order(entries: list[Any]) -> list[Json]:
    """Give the embeddings of an OpenAI answer by their index."""
    found = []
    for place, entry in enumerate(entries):
        match entry:
            case {"embedding": embedding, "index": int(index)}:
                found.append((index, place, embedding))
            case {"embedding": embedding}:
                found.append((place, place, embedding))
            case _:
                raise refused(entry, "{embedding, index}")
    return [embedding for _, _, embedding in sorted(found, key=lambda item: item[:2])]


def _rows(answer: Any) -> tuple[list[Sequence[float]], str]:
    """Give one vector an input, and the nesting in words."""
    match answer:
        case str():
            return [_decoded(answer)], "base64"
        case [str(), *_]:
            return [_decoded(text) for text in answer], "[base64]"
        case [[[[*_], *_], *_], *_]:
            return [_mean(only) for item in answer for only in _one(item)], (
                "[[[[float]]]], mean over tokens"
            )
        case [[[*_], *_], *_]:
            return [_mean(tokens) for tokens in answer], "[[[float]]], mean over tokens"
        case [[*_], *_]:
            return [_numbers(row) for row in answer], "[[float]]"
        case [_, *_]:
            return [_numbers(answer)], "[float]"
    raise refused(answer, EXPECTED)


def _one(item: Any) -> list[Any]:
    """Give a batch of exactly one matrix of tokens."""
    if isinstance(item, list) and len(item) == 1:
        return item
    raise refused(item, "one matrix of tokens for each input")


def _mean(tokens: Any) -> Sequence[float]:
    rows = [_numbers(row) for row in tokens] if isinstance(tokens, list) else []
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise refused(tokens, "vectors of tokens of one width")
    try:
        return array("d", (math.fsum(column) / len(rows) for column in zip(*rows, strict=True)))
    except (OverflowError, ValueError) as error:
        raise refused(tokens, "vectors of tokens whose sum is finite") from error


def _numbers(row: Any) -> Sequence[float]:
    if not isinstance(row, list) or not set(map(type, row)) <= {int, float}:
        raise refused(row, "a vector: a list of numbers")
    try:
        return array("d", row)
    except OverflowError as error:
        raise refused(row, "a vector: a list of numbers a float can hold") from error


def _decoded(text: Any) -> Sequence[float]:
    """Give the numbers in base64 of little-endian float32."""
    try:
        raw = b64decode(text, validate=True)
        return array("d", struct.unpack(f"<{len(raw) // 4}f", raw))
    except (TypeError, ValueError, struct.error) as error:
        raise refused(text, "base64 of little-endian float32 numbers") from error
