"""What every server of the OpenAI protocol has in common: routes, answers, usage."""

import base64
import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.api import Call, Identity, Json, Request, Response, Usage, canonical, parse_json
from harness_providers._chat_stream import assemble_chat
from harness_providers._multipart import encode_form

ROUTES: Mapping[str, str] = {
    "chat-completion": "/chat/completions",
    "text-generation": "/completions",
    "feature-extraction": "/embeddings",
    "text-to-image": "/images/generations",
    "text-to-speech": "/audio/speech",
    "automatic-speech-recognition": "/audio/transcriptions",
}
"""Where each task is answered, below the base url."""


def post(call: Call, base_url: str, *, stream: bool = False) -> Request:
    """Give the request of a call; ValueError for a task the protocol does not have."""
    route = ROUTES.get(call.task)
    if route is None:
        known = ", ".join(ROUTES)
        raise ValueError(f"this protocol has no route for {call.task}; it has {known}")
    url = base_url.rstrip("/") + route
    if call.task == "automatic-speech-recognition":
        return _transcription(call, url)
    body = {"model": call.target.model, **_question(call)}
    if stream and call.task in {"chat-completion", "text-generation"}:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    accept = "text/event-stream" if stream else "application/json"
    headers = {"content-type": "application/json", "accept": accept}
    return Request(url=url, headers=headers, body=canonical(body))


def _question(call: Call) -> dict[str, Json]:
    """Give the task's payload in the protocol's keys; parameters stand at the root."""
    value = call.payload.value
    given: dict[str, Json] = dict(value) if isinstance(value, dict) else {"inputs": value}
    if call.task == "chat-completion":
        return given
    inputs = given.pop("inputs", None)
    parameters = given.pop("parameters", None)
    rest: dict[str, Json] = {**given, **(parameters if isinstance(parameters, dict) else {})}
    key = {"text-generation": "prompt", "text-to-image": "prompt"}.get(call.task, "input")
    if call.task == "text-generation" and "max_new_tokens" in rest:
        rest["max_tokens"] = rest.pop("max_new_tokens")
    question: dict[str, Json] = {key: inputs, **rest}
    return question


def _transcription(call: Call, url: str) -> Request:
    """Give the form upload of an audio file."""
    media = call.case.media
    if media is None:
        raise ValueError("automatic-speech-recognition needs a file: inputs: {file: ...}")
    fields = {"model": call.target.model, **{k: str(v) for k, v in call.case.parameters.items()}}
    name = media.path.rsplit("/", 1)[-1]
    content_type, body = encode_form(fields, "file", name, media.media_type, media.body)
    return Request(url=url, headers={"content-type": content_type}, body=body)


def read_answer(response: Response) -> Json | bytes:
    """Give the task's answer inside a successful response, in a shape its task knows.

    Raises ValueError for an empty body, a page, an error inside 200 or inside a stream.
    """
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind.startswith(("audio/", "image/", "video/")) or kind == "application/octet-stream":
        return response.body
    if not response.body.strip():
        raise ValueError("the body is empty")
    if kind == "text/event-stream" or response.body.lstrip().startswith((b"data:", b"event:")):
        return with_text(assemble_chat(response.body))
    try:
        value = parse_json(response.body)
    except ValueError as error:
        raise ValueError(f"the body is not strict JSON: {error}") from error
    if isinstance(value, dict) and value.get("error"):
        raise ValueError(f"the body of status {response.status} is an error: {value['error']}")
    return with_text(value)


def with_text(value: Json) -> Json | bytes:
    """Give completions with a `generated_text`, embeddings as vectors, images as bytes."""
    if not isinstance(value, dict):
        return value
    choices = value.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = choices[0].get("message")
        text = message.get("content") if isinstance(message, dict) else choices[0].get("text")
        return {**value, "generated_text": text} if isinstance(text, str) else value
    data = value.get("data")
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return _from_data(data)
    return value


def _from_data(data: list[Any]) -> Json | bytes:
    first = data[0]
    if isinstance(first.get("b64_json"), str):
        return base64.b64decode(first["b64_json"], validate=True)
    if "embedding" in first:
        ordered = sorted(data, key=lambda item: item.get("index", 0))
        vectors: list[Json] = [_vector(item.get("embedding")) for item in ordered]
        return vectors[0] if len(vectors) == 1 else vectors
    if isinstance(first.get("url"), str):
        host = urlsplit(first["url"]).hostname
        raise ValueError(f"the answer names a file at {host}: ask for response_format b64_json")
    return data


def _vector(given: Any) -> Json:
    """Give an embedding as numbers; base64 is little-endian float32."""
    if not isinstance(given, str):
        result: Json = given
        return result
    raw = base64.b64decode(given, validate=True)
    return list(struct.unpack(f"<{len(raw) // 4}f", raw[: len(raw) // 4 * 4]))


def stated_usage(response: Response) -> Usage:
    """Give the tokens the answer states, and what it says it cost."""
    try:
        value = read_answer(response)
    except ValueError:
        return Usage()
    usage = value.get("usage") if isinstance(value, dict) else None
    if not isinstance(usage, dict):
        return Usage()
    return Usage(
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        cost_usd=_amount(usage.get("cost")),
    )


def _count(given: Json) -> int | None:
    is_count = isinstance(given, int) and not isinstance(given, bool) and given >= 0
    return given if is_count and isinstance(given, int) else None


def _amount(given: Json) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if 0 <= given < 1e9 else None


def served_model(response: Response) -> Identity | None:
    """Give the revision a server states in the `model` it echoes: `name@<hex>`; a declaration."""
    try:
        value = parse_json(response.body)
    except ValueError:
        return None
    model = value.get("model") if isinstance(value, dict) else None
    if not isinstance(model, str) or "@" not in model:
        return None
    return Identity(revision=model.rsplit("@", 1)[1], source="body model", is_proof=False)
