"""Says why a call has no answer in a recording."""

from collections.abc import Iterable
from itertools import islice

from harness.emit import one_line
from harness.jsonvalue import Json, parse_json
from harness.recording.entry import Entry, canonical_body

_LOOKED_AT = 2000


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
        return f"{method} {url}: every entry of the recording was used"
    same_url = [entry for entry in known if entry.url == url]
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
    return f"{path or 'the body'} was {one_line(repr(was), 80)}, now {one_line(repr(now), 80)}"


def _walk(was: Json, now: Json, path: str) -> tuple[str, Json, Json]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(k for k in now if k not in was)]:
            if was.get(key) != now.get(key):
                return _walk(was.get(key), now.get(key), f"{path}.{key}".lstrip("."))
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, (one, other) in enumerate(zip(was, now, strict=True)):
            if one != other:
                return _walk(one, other, f"{path}[{place}]")
    return path, was, now
