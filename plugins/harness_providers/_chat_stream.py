"""A streamed chat answer put together again, in the shape of one that was not streamed."""

from typing import Any

from harness.api import Json
from harness_providers._events import json_events


def first_content_byte(body: bytes) -> int | None:
    """Give the end of the first event with content: text, reasoning or a tool call; None: none."""
    try:
        for value, end in json_events(body):
            if any(_has_content(choice.get("delta") or {}) for choice in _choices(value)):
                return end
    except ValueError:
        return None
    return None


def assemble_chat(body: bytes) -> Json:
    """Give the chat completion a stream of `chat.completion.chunk` stands for.

    Raises ValueError for a stream that holds an error, is no chat stream, or ends before any
    `finish_reason`: such an answer is incomplete.
    """
    head: dict[str, Any] = {}
    messages: dict[int, dict[str, Any]] = {}
    finished: dict[int, str] = {}
    usage: Any = None
    for value, _ in json_events(body):
        if not isinstance(value, dict):
            raise ValueError("an event of the stream is not a JSON object")
        head = {k: v for k, v in value.items() if k != "choices"} | head
        usage = value.get("usage") or usage
        for choice in _choices(value):
            index = int(choice.get("index") or 0)
            _add(messages.setdefault(index, {"role": "assistant"}), choice.get("delta") or {})
            if choice.get("finish_reason"):
                finished[index] = str(choice["finish_reason"])
    if not messages:
        raise ValueError("the stream holds no choices")
    if not finished:
        raise ValueError("the stream ended before the answer was finished")
    choices = [
        {
            "index": index,
            "message": {"content": None, **message},
            "finish_reason": finished.get(index),
        }
        for index, message in sorted(messages.items())
    ]
    return {**head, "object": "chat.completion", "choices": choices, "usage": usage}


def _choices(value: Json) -> list[dict[str, Any]]:
    choices = value.get("choices") if isinstance(value, dict) else None
    found = choices if isinstance(choices, list) else []
    return [choice for choice in found if isinstance(choice, dict)]


def _has_content(delta: dict[str, Any]) -> bool:
    names = ("content", "reasoning_content", "reasoning", "tool_calls")
    return any(delta.get(name) for name in names)


def _add(message: dict[str, Any], delta: dict[str, Any]) -> None:
    """Append a delta to a message: texts grow, tool calls by their index."""
    for name in ("content", "reasoning_content", "reasoning", "refusal"):
        text = delta.get(name)
        if isinstance(text, str) and text:
            message[name] = (message.get(name) or "") + text
    for call in delta.get("tool_calls") or []:
        calls = message.setdefault("tool_calls", [])
        index = int(call.get("index") or 0)
        while len(calls) <= index:
            calls.append({"type": "function", "function": {"name": "", "arguments": ""}})
        calls[index] |= {key: call[key] for key in ("id", "type") if call.get(key)}
        for key in ("name", "arguments"):
            text = (call.get("function") or {}).get(key)
            if text:
                calls[index]["function"][key] += text
