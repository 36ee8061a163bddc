"""What servers send by accident or malice, and outputs no check expects."""

from collections.abc import Iterator
from typing import Any

from harness.data.exchange import Response
from harness.data.record import Output
from harness.jsonvalue import Json

DEPTH = 1_000
"""Levels of the deepest junk; a body as deep as 1,024 levels can reach a plugin."""

HUGE = 10**400
"""An integer that no float can hold."""


def junk_answers(sample: Json | bytes) -> Iterator[tuple[str, Json | bytes, bool]]:
    """Give (name, answer, whether it may pass): a field nobody reads may be anything."""
    plain: tuple[Json | bytes, ...] = (None, [], {}, "", b"", b"\xff", 3.5, -1, True, [None], [[]])
    errors: tuple[Json | bytes, ...] = ({"error": "x"}, {"error": None}, [{"error": "x"}], [{}])
    for junk in plain + errors:
        yield f"the answer {junk!r}", junk, False
    yield "an integer of 400 digits", HUGE, False
    deep_list: Json = []
    deep_object: Json = {}
    for _ in range(DEPTH):
        deep_list, deep_object = [deep_list], {"error": deep_object}
    yield f"a list {DEPTH} levels deep", deep_list, False
    yield f"an object {DEPTH} levels deep", deep_object, False
    if isinstance(sample, bytes):
        yield "the first half of sample_output", sample[: len(sample) // 2], True
        return
    leaves: tuple[Json, ...] = (None, {}, [])
    for value in leaves:
        yield f"sample_output with {value!r} for every value", _refilled(sample, value), False
    wrongs: tuple[Json, ...] = (None, True, HUGE, -1.5, "", "x", [], {}, deep_list)
    for path in _paths(sample):
        for wrong in wrongs:
            name = "/".join(map(str, path))
            what = type(wrong).__name__
            yield f"sample_output with {what} at {name}", _replaced(sample, path, wrong), True


def _refilled(value: Json | bytes, leaf: Json) -> Json:
    match value:
        case dict():
            return {key: _refilled(item, leaf) for key, item in value.items()}
        case list():
            return [_refilled(item, leaf) for item in value]
    return leaf


def _paths(value: Json | bytes) -> Iterator[tuple[str | int, ...]]:
    match value:
        case dict():
            items: list[tuple[str | int, Json]] = list(value.items())
        case list():
            items = list(enumerate(value[:3]))
        case _:
            items = []
    for key, item in items:
        yield (key,)
        yield from ((key, *rest) for rest in _paths(item))


def _replaced(value: Any, path: tuple[str | int, ...], leaf: Json) -> Json:
    if not path:
        return leaf
    copy: Any = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], leaf)
    result: Json = copy
    return result


def junk_responses() -> Iterator[Response]:
    """Give what no sane server sends, good and bad statuses, odd headers."""
    bodies = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'""',
        b"3",
        b"\xff\xfe",
        b"NaN",
        b"<html>no</html>",
    ]
    bodies += [b'{"error":"x"}', b'{"usage":[],"model":3}', b"[" * 100_000, b"9" * 5_000]
    odd = ("", "soon", "-1", "nan", "inf", "1e999", "\xff", "x" * 5_000)
    names = ("x-sha", "x-compute-time", "x-compute-type", "x-total-time", "x-prompt-tokens")
    for status in (200, 204, 404, 500):
        yield from (Response(status=status, body=body) for body in bodies)
    for value in odd:
        yield Response(status=200, headers=dict.fromkeys(names, value), body=b"[]")


def junk_outputs() -> Iterator[Output]:
    """Give outputs of every kind a check may meet, hostile text among them."""
    labels: Json = [{"label": "a", "score": 0.9}, {"label": "b", "score": 0.1}]
    yield Output(value=labels, text="a", latency_s=0.1)
    for text in ("a", "", "\u202e\x00\x1b[2J", "a b " * 20_000, '{"a": [1]}', "\ud800"):
        yield Output(value=text, text=text)
    deep: Json = []
    for _ in range(DEPTH):
        deep = [deep]
    odd: tuple[Json, ...] = (None, [], {}, 3.5, HUGE, [None], [{"label": 1, "score": "x"}], deep)
    for value in odd:
        yield Output(value=value)
