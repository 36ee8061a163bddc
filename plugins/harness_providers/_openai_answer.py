"""What an answer of the OpenAI protocol holds for a task: text, vectors, the bytes of a file."""

import base64
import struct
from typing import Any
from urllib.parse import urlsplit

from harness.api import Identity, Json, Response, is_commit, parse_json
from harness_providers import _hub_protocol
from harness_providers._gateway import behind_gateway
from harness_providers._reading import at, count_of, is_media, text_at

_DATA = "data:"


def read_answer(response: Response) -> Json | bytes:
    """Give the task's answer inside a successful response, in a shape its task knows.

    Raises ValueError for an empty body, a page, an error inside 200 or inside a stream.
    """
    value = _hub_protocol.read_answer(response)
    return value if isinstance(value, bytes) else with_text(value)


def with_text(value: Json) -> Json | bytes:
    """Give completions with a `generated_text`, embeddings as vectors, images as bytes."""
    if not isinstance(value, dict):
        return value
    choice = at(value, "choices", 0)
    if isinstance(choice, dict):
        message = choice.get("message")
        text = message.get("content") if isinstance(message, dict) else choice.get("text")
        if not isinstance(text, str):
            text = _held_back(choice)
        return {**value, "generated_text": text} if isinstance(text, str) else value
    data = value.get("data")
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return _from_data(data)
    # Partners that follow no common form: hyperbolic, fal when it is asked to wait, mistral.
    for path in (("images", 0, "image"), ("audio_data",)):
        if found := text_at(value, *path):
            return base64.b64decode(found, validate=True)
    address = text_at(value, "images", 0, "url")
    return _inside(address) if address.startswith(_DATA) else value


def _held_back(choice: dict[str, Any]) -> str | None:
    """Give what stands for the text of a message that was refused or filtered; else None."""
    if refusal := text_at(choice, "message", "refusal"):
        return refusal
    return "" if choice.get("finish_reason") == "content_filter" else None


def _from_data(data: list[Any]) -> Json | bytes:
    first = data[0]
    if isinstance(first.get("b64_json"), str):
        return base64.b64decode(first["b64_json"], validate=True)
    if "embedding" in first:
        ordered = sorted(data, key=lambda item: count_of(at(item, "index")) or 0)
        vectors: list[Json] = [_vector(at(item, "embedding")) for item in ordered]
        return vectors[0] if len(vectors) == 1 else vectors
    if isinstance(first.get("url"), str):
        if first["url"].startswith(_DATA):
            return _inside(first["url"])
        host = urlsplit(first["url"]).hostname
        raise ValueError(f"the answer names a file at {host}: ask for response_format b64_json")
    return data


def _inside(address: str) -> bytes:
    """Give the bytes of a `data:` address in base64; raises ValueError."""
    return base64.b64decode(address.partition(";base64,")[2], validate=True)


def _vector(given: Any) -> Json:
    """Give an embedding as numbers; base64 is little-endian float32."""
    if not isinstance(given, str):
        result: Json = given
        return result
    raw = base64.b64decode(given, validate=True)
    return list(struct.unpack(f"<{len(raw) // 4}f", raw[: len(raw) // 4 * 4]))


def served_model(response: Response) -> Identity | None:
    """Give the revision a gateway states, else the one in the `model` echoed; a declaration.

    The latter is `name@<hex>`, as some servers are told to name themselves, or a dated snapshot.
    Any other name may be an alias, and says nothing of a revision.
    """
    if (deployment := behind_gateway(response)) is not None:
        return deployment
    if is_media(response):
        return None
    model = text_at(_first_object(response), "model")
    name, _, revision = model.rpartition("@")
    if name and revision:
        return Identity(revision=revision, source="body model", is_proof=False)
    if is_dated(model):
        return Identity(revision=model, source="body model", is_proof=False)
    return None


def is_dated(model: str) -> bool:
    """Whether a name ends in a day: `gpt-4o-2024-08-06`."""
    day = model[-10:]
    numbers = day[:4] + day[5:7] + day[8:]
    return (
        len(model) > 11 and model[-11] == "-" and day[4] == day[7] == "-"
        and numbers.isascii() and numbers.isdigit()
    )  # fmt: skip


def is_pin(revision: str) -> bool:
    """Whether a revision is a commit, or a dated snapshot of a model."""
    return is_commit(revision) or is_dated(revision)


def _first_object(response: Response) -> Any:
    """Give the object a body is, or the first chunk of its stream."""
    body = response.body
    if body.lstrip().startswith(b"data:"):
        body = body.lstrip().removeprefix(b"data:").partition(b"\n")[0]
    try:
        return parse_json(body)
    except ValueError:
        return None
