"""Server-sent events, as model servers really send them."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.api import Json, parse_json


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its type, its data, and the offset of its last byte in the body."""

    kind: str
    data: bytes
    end_byte: int


def read_events(body: bytes) -> Iterator[Event]:
    """Give the events of a `text/event-stream` body (WHATWG HTML, section 9.2.6).

    Lines end in LF, CRLF or CR only: U+2028 inside JSON is not a line end. No space is needed
    after the colon. Comments are passed over. A last event without its empty line counts: servers
    leave it out.
    """
    kind, place = "", 0
    data: list[bytes] = []
    for line, end in _lines(body):
        place = end
        if not line:
            if data:
                yield Event(kind, b"\n".join(data), end)
            kind, data = "", []
            continue
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name == b"event":
            kind = value.decode("utf-8", "replace")
    if data:
        yield Event(kind, b"\n".join(data), place)


def _lines(body: bytes) -> Iterator[tuple[bytes, int]]:
    start, length = 0, len(body)
    while start < length:
        feed, turn = body.find(b"\n", start), body.find(b"\r", start)
        ends = [place for place in (feed, turn) if place >= 0]
        end = min(ends) if ends else length
        after = end + (2 if body[end : end + 2] == b"\r\n" else 1)
        yield body[start:end], min(after, length)
        start = after


def json_events(body: bytes) -> Iterator[tuple[Json, int]]:
    """Give (JSON value, end byte) of every data event before `[DONE]`.

    Raises ValueError for an error sent inside the stream, and for data that is not JSON.
    """
    for event in read_events(body.removeprefix(b"\xef\xbb\xbf")):
        if event.data.strip() == b"[DONE]":
            return
        value = parse_json(event.data)
        error = value.get("error") if isinstance(value, dict) else None
        if error or event.kind == "error":
            raise ValueError(f"an error inside the stream: {_words(error or value)}")
        yield value, event.end_byte


def _words(error: Json) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error)
    return str(error)
