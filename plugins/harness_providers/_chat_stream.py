"""A streamed chat answer put together again, in the shape of one that was not streamed."""

from typing import Any

from harness.api import Json
from harness_providers._events import json_events
from harness_providers._reading import at, count_of


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
            index = _index(choice)
            _add(messages.setdefault(index, {"role": "assistant"}), choice.get("delta"))
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


def has_content(delta: Any) -> bool:
    """Whether a delta says anything: text, reasoning or a tool call."""
    names = ("content", "reasoning_content", "reasoning", "tool_calls")
    return isinstance(delta, dict) and any(delta.get(name) for name in names)


def _add(message: dict[str, Any], delta: Any) -> None:
    """Append a delta to a message: texts grow, tool calls by their index."""
    for name in ("content", "reasoning_content", "reasoning", "refusal"):
        text = at(delta, name)
        if isinstance(text, str) and text:
            message[name] = (message.get(name) or "") + text
    given = at(delta, "tool_calls")
    for call in given if isinstance(given, list) else ():
        calls = message.setdefault("tool_calls", [])
        index = _index(call)
        if index > len(calls):
            raise ValueError(f"tool call {index} comes before tool call {len(calls)}")
        if index == len(calls):
            calls.append({"type": "function", "function": {"name": "", "arguments": ""}})
        calls[index] |= {key: call[key] for key in ("id", "type") if at(call, key)}
        for key in ("name", "arguments"):
            text = at(call, "function", key)
            if isinstance(text, str):
                calls[index]["function"][key] += text


def _index(entry: Any) -> int:
    return count_of(at(entry, "index")) or 0
