"""What Google's Gemini API answers, in the shape of a chat completion, a vector or a file."""

from base64 import b64decode
from typing import Any

from harness.api import Identity, Json, Response, Usage, canonical
from harness_providers._gemini_stream import assemble_candidates, merged
from harness_providers._reading import at, count_of, is_media, json_of, text_at
from harness_providers._streams import is_stream

_FINISH = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        (
            "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
        ),
        "content_filter",
    ),
}  # fmt: skip


def read_answer(response: Response) -> Json | bytes:
    """Give the first candidate as a chat completion, vectors, or an image's bytes.

    A prompt that was blocked is a message held back by a filter. Raises ValueError for an error
    inside 200, and where there is no answer at all.
    """
    if is_media(response):
        return response.body
    value = _whole(response)
    if not isinstance(value, dict):
        raise ValueError("the body is not a JSON object")
    if value.get("error"):
        said = text_at(value, "error", "message") or "without a message"
        raise ValueError(f"the body of status {response.status} is an error: {said}")
    vectors = value.get("embeddings")
    if isinstance(vectors, list) and vectors:
        found: list[Json] = [at(vector, "values") for vector in vectors]
        return found[0] if len(found) == 1 else found
    first = at(value, "candidates", 0)
    if not isinstance(first, dict):
        if not text_at(value, "promptFeedback", "blockReason"):
            raise ValueError("no candidate: none given")
        first = {"finishReason": "SAFETY"}
    return _message(first)


def _message(candidate: dict[str, Any]) -> Json | bytes:
    given = at(candidate, "content", "parts")
    parts = given if isinstance(given, list) else []
    spoken = [part for part in parts if at(part, "thought") is not True]
    text = "".join(text_at(part, "text") for part in spoken)
    calls: list[Json] = [
        {"type": "function", "function": {"name": name, "arguments": _written(part)}}
        for part in spoken
        if (name := text_at(part, "functionCall", "name"))
    ]
    image = next((d for part in spoken if (d := text_at(part, "inlineData", "data"))), "")
    if image and not calls and not text:
        return b64decode(image, validate=True)
    reason = text_at(candidate, "finishReason") or "STOP"
    message: dict[str, Json] = {"role": "assistant", "content": text or (None if calls else "")}
    if calls:
        message["tool_calls"] = calls
    finish = "tool_calls" if calls and reason == "STOP" else _FINISH.get(reason, reason.lower())
    choice: Json = {"index": 0, "message": message, "finish_reason": finish}
    return {"object": "chat.completion", "choices": [choice], "generated_text": text}


def _written(part: Any) -> str:
    arguments = at(part, "functionCall", "args")
    try:
        return canonical({} if arguments is None else arguments).decode()
    except TypeError as error:
        raise ValueError("the arguments of a function call are too deep") from error


def _whole(response: Response) -> Json:
    """Give one answer, of a stream or of a list of events too."""
    if is_stream(response):
        return assemble_candidates(response.body)
    value = json_of(response)
    return merged(value) if isinstance(value, list) and value else value


def served_version(response: Response) -> Identity | None:
    """Give `modelVersion`: a name the server states, no proof."""
    version = text_at(_object(response), "modelVersion")
    return Identity(revision=version, source="modelVersion", is_proof=False) if version else None


def stated_usage(response: Response) -> Usage:
    """Give the tokens of `usageMetadata`; thinking counts as output, as it is charged."""
    usage = at(_object(response), "usageMetadata")
    spoken, thought = (
        count_of(at(usage, f"{kind}TokenCount")) for kind in ("candidates", "thoughts")
    )
    known = [count for count in (spoken, thought) if count is not None]
    return Usage(
        input_tokens=count_of(at(usage, "promptTokenCount")),
        output_tokens=count_of(sum(known)) if known else None,
    )


def _object(response: Response) -> Any:
    if is_media(response):
        return None
    try:
        return _whole(response)
    except ValueError:
        return None
