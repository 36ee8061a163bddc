"""A chat completion as it travels: one message with text, tool calls, or both, read."""

from typing import Any

from harness.api import Json, Output, canonical, parse_json
from harness_tasks._finish import finish_of
from harness_tasks._message import call_in_words
from harness_tasks._wire import refused

EXPECTED = "{choices: [{message: {role, content}, finish_reason}]}"
REASONS = {
    "eos_token": "stop",
    "eos": "stop",
    "stop_sequence": "stop",
    "function_call": "tool_calls",
}
"""What some servers call the reasons of the protocol."""


def parse_chat(answer: Json | bytes) -> Output:
    """Read the first choice: `{content, role, finish_reason, tool_calls, reasoning?, refusal?}`.

    Text in parts becomes one text; arguments of tool calls become JSON where they are. A choice
    that was filtered may have no message. Raises ShapeError.
    """
    match answer:
        case {"error": error} if error is not None:
            raise refused(answer, EXPECTED)
        case {"choices": [dict() as choice, *others]} if all(isinstance(o, dict) for o in others):
            pass
        case _:
            raise refused(answer, EXPECTED)
    reason, message = choice.get("finish_reason"), choice.get("message")
    if not isinstance(reason, str | None):
        raise refused(reason, "a string or null as finish_reason")
    if message is None and reason == "content_filter":
        message = {"role": "assistant", "content": None}
    if not isinstance(message, dict) or not message.keys() & {"content", "tool_calls", "refusal"}:
        raise refused(message, "a message with content or tool_calls")
    content, thought = _texts(message.get("content"))
    calls, dialects = _calls(message)
    value: dict[str, Json] = {
        "content": content,
        "role": _text_or_null(message.get("role"), "role") or "assistant",
        "finish_reason": REASONS.get(reason, reason) if reason is not None else None,
        "tool_calls": calls,
    }
    if isinstance(message.get("content"), list):
        dialects.append("content in parts")
    if others:
        dialects.append("first of several choices")
    for name in ("reasoning", "reasoning_content"):
        if isinstance(text := message.get(name), str) and text:
            thought = thought or text
            dialects.append(name)
    if thought:
        value["reasoning"] = thought
    refusal = _text_or_null(message.get("refusal"), "refusal")
    if refusal:
        value["refusal"] = refusal
    text = content or refusal or "\n".join(map(call_in_words, calls))
    return Output(
        value=value,
        variant=", ".join(["choices", *dialects]),
        text=text,
        finish=finish_of(reason, refusal),
    )


def _texts(content: Json) -> tuple[str | None, str]:
    """Give the text and the reasoning of a message's content; null is no text."""
    if content is None or isinstance(content, str):
        return content, ""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in content if isinstance(content, list) else [content]:
        match part:
            case {"type": "text", "text": str(text)}:
                texts.append(text)
            case {"type": "thinking", "thinking": [*_] | str() as thinking}:
                thoughts.append(_texts(thinking)[0] or "")
            case _:
                raise refused(part, "a string, null, or parts {type: text, text} as content")
    return "".join(texts), "".join(thoughts)


def _calls(message: dict[str, Any]) -> tuple[list[Json], list[str]]:
    """Give `[{name, arguments}]`, and in which other way than the protocol's they came."""
    given, legacy = message.get("tool_calls"), message.get("function_call")
    dialects = []
    if legacy is not None:
        given = [{"function": legacy}]
        dialects.append("function_call")
    if not isinstance(given, list | None):
        raise refused(given, "a list or null as tool_calls")
    calls: list[Json] = []
    for call in given or []:
        match call:
            case {"function": {"name": str(name), "arguments": str(arguments)}}:
                calls.append({"name": name, "arguments": _read(arguments)})
            case {"function": {"name": str(name), "arguments": dict(found)}}:
                calls.append({"name": name, "arguments": _plain(found)})
                dialects.append("arguments as object")
            case {"function": {"name": str(name), "parameters": dict(found)}}:
                calls.append({"name": name, "arguments": _plain(found)})
                dialects.append("arguments as parameters")
            case _:
                raise refused(call, "{function: {name, arguments}} as tool call")
    return calls, list(dict.fromkeys(dialects))


def _read(arguments: str) -> Json:
    """Give the JSON a text is, or the text itself."""
    try:
        return _plain(parse_json(arguments.encode()))
    except ValueError:
        return arguments


def _plain(arguments: Json) -> Json:
    """Give arguments as they are; raises ShapeError for those too deep to be written again."""
    try:
        canonical(arguments)
    except TypeError as error:
        raise refused(arguments, "arguments less than 250 levels deep") from error
    return arguments


def _text_or_null(value: Json, name: str) -> str | None:
    if isinstance(value, str | None):
        return value
    raise refused(value, f"a string or null as {name}")
