"""Sets two JSON values side by side path by path."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.api import Json, Output, canonical

MOST_CHANGES = 200
_DEEPEST = 40
"""Below this depth two values are compared as wholes."""
_LONGEST_LIST = 2_000
"""Lists with more items are compared place by place, without looking for what was moved."""


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
    for start, end, begin, stop in _blocks(before, after):
        both = min(end - start, stop - begin)
        for step in range(both):
            place = f"{path}[{start + step}]"
            yield from _changes(place, before[start + step], after[begin + step], depth + 1)
        for at in range(start + both, end):
            yield PathChange(f"{path}[{at}]", "only before", before=before[at])
        for at in range(begin + both, stop):
            yield PathChange(f"{path}[{at}]", "only after", after=after[at])


def _blocks(before: Sequence[Json], after: Sequence[Json]) -> Iterator[tuple[int, int, int, int]]:
    """Runs (from, to, from, to) of items in which the lists differ."""
    if max(len(before), len(after)) > _LONGEST_LIST or len(before) == len(after):
        yield 0, len(before), 0, len(after)
        return
    from rapidfuzz.distance import Indel

    codes = Indel.opcodes([_key(x) for x in before], [_key(x) for x in after])
    run: tuple[int, int, int, int] | None = None
    for code in codes:
        if code.tag == "equal":
            if run is not None:
                yield run
            run = None
        elif run is None:
            run = (code.src_start, code.src_end, code.dest_start, code.dest_end)
        else:
            run = (run[0], code.src_end, run[2], code.dest_end)
    if run is not None:
        yield run


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
