"""Sets two JSON values side by side path by path."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from harness.api import Json, Output, canonical

MOST_CHANGES = 200
_DEEPEST = 40
"""Below this depth two values are compared as wholes."""
_LONGEST_LIST = 2_000
"""Lists with more items are compared place by place, without looking for what was moved."""
_NAMES = ("id", "key", "name", "label")

Place = tuple[int | None, int | None]
"""Where an item is before and after; None: it is not there."""


@dataclass(frozen=True, slots=True)
class PathChange:
    """One place in which two values differ."""

    path: str
    """`$` is the whole: `$.items[2].price`; of what was moved, the place it had before."""
    kind: Literal["changed", "only before", "only after"]
    before: Json = None
    after: Json = None


def json_of(output: Output | None, *, is_json: bool) -> Json:
    """Give the JSON value of an answer; None where it has none.

    An answer that is text has one when all of its text is an object or a list.
    """
    if output is None:
        return None
    if is_json:
        return output.value
    text = output.text.strip()
    if not text.startswith(("{", "[")):
        return None
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def path_changes(before: Json, after: Json) -> tuple[tuple[PathChange, ...], int]:
    """Give the first `MOST_CHANGES` places in which they differ, and how many there are in all.

    Objects are compared by key, in the order of the baseline; lists by what they hold, so that an
    item put in front does not change all that follow.
    """
    shown: list[PathChange] = []
    count = 0
    for change in _changes("$", before, after, 0):
        count += 1
        if count <= MOST_CHANGES:
            shown.append(change)
    return tuple(shown), count


def _changes(path: str, before: Json, after: Json, depth: int) -> Iterator[PathChange]:
    if _same(before, after):
        return
    if depth < _DEEPEST and isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            place = _member(path, key)
            if key not in after:
                yield PathChange(place, "only before", before=before[key])
            elif key not in before:
                yield PathChange(place, "only after", after=after[key])
            else:
                yield from _changes(place, before[key], after[key], depth + 1)
    elif depth < _DEEPEST and isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after, depth)
    else:
        yield PathChange(path, "changed", before=before, after=after)


def _items(path: str, before: list[Json], after: list[Json], depth: int) -> Iterator[PathChange]:
    for old, new in _aligned(before, after):
        if old is None and new is not None:
            yield PathChange(f"{path}[{new}]", "only after", after=after[new])
        elif new is None and old is not None:
            yield PathChange(f"{path}[{old}]", "only before", before=before[old])
        elif old is not None and new is not None:
            yield from _changes(f"{path}[{old}]", before[old], after[new], depth + 1)


def _aligned(before: Sequence[Json], after: Sequence[Json]) -> Iterator[Place]:
    """Places of items that belong together; by name where all have one, else by content."""
    names = [_name(item) for item in (*before, *after)]
    is_named = all(names)
    is_long = max(len(before), len(after)) > _LONGEST_LIST
    if is_long or (len(before) == len(after) and not is_named):
        yield from zip_longest(range(len(before)), range(len(after)))
        return
    from rapidfuzz.distance import Indel

    keys = names if is_named else [_key(item) for item in (*before, *after)]
    olds: list[int] = []
    news: list[int] = []
    for code in Indel.opcodes(keys[: len(before)], keys[len(before) :]):
        places = range(code.src_start, code.src_end), range(code.dest_start, code.dest_end)
        if code.tag == "equal":
            yield from _paired(olds, news, is_named=is_named)
            olds, news = [], []
            yield from zip(*places, strict=True)
        else:
            olds += places[0]
            news += places[1]
    yield from _paired(olds, news, is_named=is_named)


def _paired(olds: Sequence[int], news: Sequence[int], *, is_named: bool) -> Iterator[Place]:
    if is_named:
        yield from ((old, None) for old in olds)
        yield from ((None, new) for new in news)
    else:
        yield from zip_longest(olds, news)


def _name(item: Json) -> bytes:
    """What tells an object of a list from the others, as its maker named it; empty for none."""
    if isinstance(item, dict):
        for key in _NAMES:
            if isinstance(item.get(key), str | int):
                return _key({key: item[key]})
    return b""


def _same(before: Json, after: Json) -> bool:
    """Whether they are the same JSON: `1` is `1.0`, and is not `true`."""
    if isinstance(before, bool) != isinstance(after, bool):
        return False
    if isinstance(before, dict | list) or isinstance(after, dict | list):
        return type(before) is type(after) and _key(before) == _key(after)
    return before == after


def _key(value: Json) -> bytes:
    try:
        return canonical(value)
    except TypeError:  # a lone surrogate, or a number of more than 64 bits
        return repr(value).encode("utf-8", "backslashreplace")


def _member(path: str, key: str) -> str:
    is_plain = key.isidentifier() and key.isascii()
    return f"{path}.{key}" if is_plain else f"{path}[{json.dumps(key, ensure_ascii=False)}]"
