"""A streamed answer of `streamGenerateContent` put together again."""

from typing import Any

from harness.api import Json
from harness_providers._events import json_events
from harness_providers._reading import at


def assemble_candidates(body: bytes) -> Json:
    """Give the `generateContent` answer a stream with `alt=sse` stands for.

    Raises ValueError for an error inside, or an end before any `finishReason`: but not where the
    prompt was blocked, which leaves no candidate to finish.
    """
    return merged(value for value, _ in json_events(body))


def merged(events: Any) -> Json:
    """Give one answer out of many: parts in order, texts that follow each other as one."""
    whole: dict[str, Any] = {}
    parts: list[Any] = []
    first: dict[str, Any] = {}
    for value in events:
        if not isinstance(value, dict):
            raise ValueError("an event of the stream is not a JSON object")
        if value.get("error"):
            raise ValueError(f"an error inside the stream: {value['error']}")
        whole |= {key: item for key, item in value.items() if key != "candidates"}
        candidate = at(value, "candidates", 0)
        if isinstance(candidate, dict):
            first |= {key: item for key, item in candidate.items() if key != "content"}
            given = at(candidate, "content", "parts")
            for part in given if isinstance(given, list) else ():
                _add(parts, part)
    if first.get("finishReason") or parts:
        if not first.get("finishReason"):
            raise ValueError("the stream ended before the answer was finished")
        content = {"role": "model", "parts": parts}
        return {**whole, "candidates": [{**first, "content": content}]}
    return whole


def _add(parts: list[Any], part: Any) -> None:
    last = parts[-1] if parts else None
    before, after = at(last, "text"), at(part, "text")
    are_texts = isinstance(before, str) and isinstance(after, str)
    is_same = are_texts and at(last, "thought") == at(part, "thought")
    if is_same and isinstance(last, dict) and isinstance(part, dict):
        parts[-1] = {**last, **part, "text": before + after}
    else:
        parts.append(part)
