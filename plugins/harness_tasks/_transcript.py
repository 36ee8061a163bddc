"""Answers that are a transcript: read, checked for legality."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output
from harness_tasks._wire import refused

EXPECTED = "{text}, with or without chunks or segments, or a list of one such"


def parse_transcript(answer: Json | bytes) -> Output:
    """Read `{text}`, `{text, chunks}` or `{text, segments}`; raises ShapeError.

    Canonical: `{text}`, or `{text, chunks: [{text, start_s, end_s}]}`; a time nobody states is
    null. Other fields (`usage`, `language`, `words`) are passed over.
    """
    match answer:
        case [dict() as entry]:
            frame = "[{}]"
        case dict() as entry:
            frame = "{}"
        case _:
            raise refused(answer, EXPECTED)
    text = entry.get("text")
    if not isinstance(text, str) or entry.get("error") is not None:
        raise refused(entry, EXPECTED)
    for name in ("chunks", "segments"):
        match entry.get(name):
            case [_, *_] as parts:
                chunks = [_chunk(part) for part in parts]
                variant = frame.replace("{}", f"{{text,{name}}}")
                return Output(value={"text": text, "chunks": chunks}, variant=variant, text=text)
    return Output(value={"text": text}, variant=frame.replace("{}", "{text}"), text=text)


def validate_transcript(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is any text (unless none is expected), and times that do not run back."""
    text = output.text.strip()
    ok = bool(text) or case.expect == ""
    message = f"{len(text)} characters of text" if text else "the transcript is empty"
    yield Finding(check="valid_text", ok=ok, message=message, weight=0)
    starts = starts_of(output)
    if starts:
        place = next((n for n in range(1, len(starts)) if starts[n] < starts[n - 1]), None)
        message = "every chunk begins after the one before"
        if place is not None:
            message = f"chunk {place} begins at {starts[place]} s, before {starts[place - 1]} s"
        yield Finding(check="valid_chunks", ok=place is None, message=message, weight=0)


def starts_of(output: Output) -> list[float]:
    """Give the start of each chunk in seconds; empty when one of them is not stated."""
    chunks = output.value.get("chunks") if isinstance(output.value, dict) else None
    entries = chunks if isinstance(chunks, list) else []
    starts = [entry.get("start_s") for entry in entries if isinstance(entry, dict)]
    stated = [start for start in starts if isinstance(start, int | float)]
    return stated if len(stated) == len(entries) else []


def _chunk(part: Json) -> Json:
    match part:
        case {"text": str(text), "timestamp": [start, end]}:
            return {"text": text, "start_s": _seconds(start), "end_s": _seconds(end)}
        case {"text": str(text), **times}:
            start, end = times.get("start"), times.get("end")
            return {"text": text, "start_s": _seconds(start), "end_s": _seconds(end)}
    raise refused(part, "{text, timestamp: [start, end]} or {text, start, end}")


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        return float(value)  # NaN is not below either
    raise refused(value, "seconds, a number")
