"""What Google's Gemini API is asked: messages, tools and parameters in its own keys."""

from typing import Any

from harness.api import Json, parse_json
from harness_providers._reading import at, text_at

_GENERATION = {
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "max_new_tokens": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "seed": "seed",
    "stop": "stopSequences",
    "n": "candidateCount",
}
_AT_ROOT = frozenset(
    {
        "cachedContent", "generationConfig", "modelArmorConfig", "safetySettings",
        "systemInstruction", "toolConfig", "tools",
    }
)  # fmt: skip
"""Keys that stand beside `contents`; any other parameter is one of `generationConfig`."""
_LEFT_OUT = frozenset({"stream", "stream_options"})


def generate_body(messages: Any, parameters: dict[str, Any]) -> dict[str, Json]:
    """Give the body of `generateContent`.

    Messages and tools are those of chat completions; parts, tools and root keys in Google's own
    form travel as they are. Raises ValueError for messages that are no list.
    """
    if not isinstance(messages, list):
        raise ValueError("gemini needs a list of messages")
    contents: list[Json] = []
    system: list[Json] = []
    for message in messages:
        parts = _parts(message)
        if at(message, "role") == "system":
            system += parts
        else:
            role = "model" if at(message, "role") in {"assistant", "model"} else "user"
            contents.append({"role": role, "parts": parts})
    body: dict[str, Json] = {"contents": contents}
    if system:
        body["systemInstruction"] = {"parts": system}
    generation: dict[str, Json] = {}
    for name, value in parameters.items():
        if name in _AT_ROOT:
            body[name] = _tools(value) if name == "tools" else value
        elif name not in _LEFT_OUT:
            generation[_GENERATION.get(name, name)] = _listed(value) if name == "stop" else value
    own = body.get("generationConfig")
    generation |= own if isinstance(own, dict) else {}
    if generation:
        body["generationConfig"] = generation
    return body


def embed_body(model: str, inputs: Json, parameters: dict[str, Json]) -> dict[str, Json]:
    """Give the body of `batchEmbedContents`: one request a text."""
    given: dict[str, Json] = {
        "outputDimensionality" if name == "dimensions" else name: value
        for name, value in parameters.items()
    }
    texts = inputs if isinstance(inputs, list) else [inputs]
    requests: list[Json] = [
        {"model": f"models/{model}", "content": {"parts": [{"text": text}]}, **given}
        for text in texts
    ]
    return {"requests": requests}


def video_body(prompt: Json, parameters: dict[str, Json]) -> dict[str, Json]:
    """Give the body of `predictLongRunning`."""
    body: dict[str, Json] = {"instances": [{"prompt": prompt}]}
    return {**body, "parameters": parameters} if parameters else body


def _parts(message: Any) -> list[Json]:
    """Give a message's content, its tool calls and tool results as parts."""
    content = at(message, "content")
    if at(message, "role") == "tool":
        name = text_at(message, "name") or text_at(message, "tool_call_id")
        return [{"functionResponse": {"name": name, "response": {"content": content}}}]
    parts: list[Json] = []
    if isinstance(content, list):
        parts = [_part(part) for part in content]
    elif content is not None:
        parts = [{"text": str(content)}]
    calls = at(message, "tool_calls")
    for call in calls if isinstance(calls, list) else ():
        arguments = at(call, "function", "arguments")
        read = parse_json(arguments.encode()) if isinstance(arguments, str) else arguments
        parts.append({"functionCall": {"name": text_at(call, "function", "name"), "args": read}})
    return parts or [{"text": ""}]


def _part(part: Any) -> Json:
    """Give a part of a message; Google's own parts have no `type`."""
    kind = at(part, "type")
    if kind == "text":
        return {"text": text_at(part, "text")}
    address = text_at(part, "image_url", "url")
    if kind == "image_url" and address.startswith("data:"):
        media_type, _, data = address.removeprefix("data:").partition(";base64,")
        return {"inlineData": {"mimeType": media_type, "data": data}}
    result: Json = part
    return result


def _tools(tools: Any) -> Json:
    """Give tools of chat completions as function declarations."""
    if not isinstance(tools, list) or not all(at(tool, "type") == "function" for tool in tools):
        result: Json = tools
        return result
    return [{"functionDeclarations": [at(tool, "function") for tool in tools]}]


def _listed(value: Json) -> Json:
    return value if isinstance(value, list) else [value]
