"""Says why a call has no answer in a recording."""

from collections.abc import Iterable
from itertools import islice

from harness.emit import one_line
from harness.jsonvalue import Json, parse_json
from harness.recording.entry import Entry, canonical_body, sent_url

_LOOKED_AT = 2000
_BEFORE = 20
_ABSENT: Json = ["absent"]
"""Stands for a key that is not there; compared by identity."""


def describe_miss(
    method: str, url: str, body: bytes, entries: Iterable[Entry], *, used: int
) -> str:
    """Give a sentence: used up, or the nearest recorded call and the first field that differs."""
    if used:
        return (
            f"{method} {url}: recorded {used} times and asked once more; "
            "record again with as many repeats"
        )
    known = list(islice(entries, _LOOKED_AT))
    if not known:
        return f"{method} {url}: the recording is empty"
    same_url = [entry for entry in known if sent_url(entry.url) == sent_url(url)]
    if not same_url:
        from rapidfuzz.process import extractOne

        urls = sorted({entry.url for entry in known})
        nearest = extractOne(url, urls)
        return f"{method} {url}: nothing recorded for this url; the nearest is {nearest[0]}"
    entry = _nearest(body, same_url)
    return (
        f"{method} {url}: this body is not recorded; the nearest is case "
        f"{entry.case or '?'}: {_first_difference(entry.request_body, body)}"
    )


def _nearest(body: bytes, entries: list[Entry]) -> Entry:
    from rapidfuzz.distance import Indel

    wanted = canonical_body(body)
    return max(
        entries,
        key=lambda entry: Indel.normalized_similarity(wanted, canonical_body(entry.request_body)),
    )


def _first_difference(recorded: bytes, asked: bytes) -> str:
    try:
        path, was, now = _walk(parse_json(recorded), parse_json(asked), "")
    except ValueError:
        return "the bytes differ"
    start = _where_they_part(was, now)
    return f"{path or 'the body'} was {_shown(was, start)}, now {_shown(now, start)}"


def _where_they_part(was: Json, now: Json) -> int:
    """Give the place from which two long texts are shown: a little before they differ."""
    if not (isinstance(was, str) and isinstance(now, str)):
        return 0
    pairs = enumerate(zip(was, now, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    return max(same - _BEFORE, 0)


def _shown(value: Json, start: int) -> str:
    if value is _ABSENT:
        return "absent"
    text = f"…{value[start:]}" if start and isinstance(value, str) else value
    return one_line(repr(text), 80)


def _walk(was: Json, now: Json, path: str) -> tuple[str, Json, Json]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(k for k in now if k not in was)]:
            one, other = was.get(key, _ABSENT), now.get(key, _ABSENT)
            if one != other:
                return _walk(one, other, f"{path}.{key}".lstrip("."))
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, (one, other) in enumerate(zip(was, now, strict=True)):
            if one != other:
                return _walk(one, other, f"{path}[{place}]")
    return path, was, now
