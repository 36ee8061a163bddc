"""Answers sent as event streams: told apart, put together, and when their content begins."""

from typing import Any

from harness.api import Json, Response
from harness_providers._chat_stream import assemble_chat, has_content
from harness_providers._events import json_events
from harness_providers._gemini_stream import assemble_candidates
from harness_providers._reading import at, media_type_of
from harness_providers._text_stream import assemble_completion, assemble_tokens


def is_stream(response: Response) -> bool:
    """Whether a body is an event stream: by its media type, or by how it begins."""
    if media_type_of(response) == "text/event-stream":
        return True
    start = response.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:6]
    return start.startswith((b"data:", b"event:"))


def assemble(body: bytes) -> Json:
    """Give the answer a stream stands for, in the shape of one that was not streamed.

    Raises ValueError for an error inside the stream, an unknown protocol, or an early end.
    """
    for value, _ in json_events(body):
        if at(value, "candidates") is not None or at(value, "promptFeedback") is not None:
            return assemble_candidates(body)
        if at(value, "token") is not None or at(value, "generated_text") is not None:
            return assemble_tokens(body)
        choice = at(value, "choices", 0)
        if isinstance(choice, dict) and "text" in choice and "delta" not in choice:
            return assemble_completion(body)
        if choice is not None:
            break
    return assemble_chat(body)


def first_content_byte(response: Response) -> int | None:
    """Give the end of the first event with content; None: no stream, or nothing in it."""
    if not is_stream(response):
        return None
    try:
        for value, end in json_events(response.body):
            if _says_something(value):
                return end
    except ValueError:
        return None
    return None


def _says_something(value: Any) -> bool:
    token = at(value, "token")
    if isinstance(token, dict) and token.get("text") and token.get("special") is not True:
        return True
    choices = at(value, "choices")
    for choice in choices if isinstance(choices, list) else ():
        if at(choice, "text") or has_content(at(choice, "delta")):
            return True
    parts = at(value, "candidates", 0, "content", "parts")
    named = ("text", "functionCall", "inlineData")
    found = parts if isinstance(parts, list) else []
    return any(at(part, name) for part in found for name in named)
