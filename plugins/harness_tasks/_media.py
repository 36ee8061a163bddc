"""Files in questions and answers: as bytes, or in base64 inside JSON."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

from harness.api import Case, Json, Media, Output, Payload, ShapeError
from harness_tasks._signatures import container_of
from harness_tasks._wire import refused, sent_parameters


def build_file(case: Case, *, task: str, example: str = "cat.png") -> Payload:
    """Give the file's bytes as body, or, beside parameters, in base64 inside JSON.

    Servers read parameters only from JSON. Raises ValueError for a case without a file.
    """
    media = file_of(case, task=task, example=example)
    parameters = sent_parameters(case)
    if not parameters:
        return Payload(media=media.body, media_type=media.media_type)
    return Payload(value={"inputs": in_base64(media.body), **parameters})


def file_of(case: Case, *, task: str, example: str = "cat.png") -> Media:
    """Give the case's file; raises ValueError when it has none."""
    if case.media is None:
        raise ValueError(f"{task} needs a file: inputs: {{file: {example}}}")
    return case.media


def media_named(path: str, body: bytes, media_type: str) -> Media:
    """Give a file that lies nowhere but in memory: what samples are made of."""
    return Media(
        path=path,
        sha256=sha256(body).hexdigest(),
        body_bytes=len(body),
        media_type=media_type,
        body=body,
    )


def in_base64(body: bytes) -> str:
    """Give the bytes in standard base64 (RFC 4648 section 4), padded, on one line."""
    return b64encode(body).decode("ascii")


def from_base64(text: str, expected: str) -> bytes:
    """Give the bytes of base64 or of a `data:` url in base64; raises ShapeError."""
    if text.startswith("data:"):
        text = text[:200].partition(";base64,")[2] + text[200:]
    try:
        body = b64decode("".join(text.split()), validate=True)
    except ValueError:
        body = b""
    if not body:
        raise refused(text, expected)
    return body


def body_of(answer: Json | bytes, field: str, expected: str) -> tuple[bytes, str]:
    """Give the bytes of a binary answer, and what the variant says before their type.

    Bytes as they are; a JSON string in base64, which endpoints of Hugging Face's inference
    toolkit send when JSON is accepted; or `{field: base64}`. Raises ShapeError.
    """
    match answer:
        case bytes() if answer:
            return answer, ""
        case str() if answer:
            return from_base64(answer, expected), "base64 "
        case dict() if answer.get("error") is None and isinstance(text := answer.get(field), str):
            return from_base64(text, expected), f"{{{field}}} "
    raise refused(answer, expected)


def recognized(
    answer: Json | bytes, field: str, types: Mapping[str, str], expected: str
) -> tuple[bytes, str, str]:
    """Give the bytes of a binary answer, its container, and what the variant says before the type.

    Raises ShapeError for what `body_of` refuses, and for a container that is none of `types`.
    """
    body, framed = body_of(answer, field, expected)
    container = container_of(body)
    if container not in types:
        raise refused(answer, expected)
    return body, container, framed


def file_features(media_type: str, body: bytes) -> dict[str, Json]:
    """Give what is known of any file: `{media_type, bytes, sha256}`."""
    return {"media_type": media_type, "bytes": len(body), "sha256": sha256(body).hexdigest()}


def features_of(output: Output) -> dict[str, Json]:
    """Give the canonical value when it is an object, an empty one otherwise."""
    return output.value if isinstance(output.value, dict) else {}


def unreadable(media_type: str, body: bytes, why: str) -> ShapeError:
    """Give the error for a file that starts well and cannot be read."""
    return ShapeError(f"got {len(body):,} bytes of {media_type}, {why}; expected a whole file")
