"""What every server of the Hugging Face inference protocol has in common."""

import contextlib

from harness.api import (
    Call,
    Credential,
    Identity,
    Json,
    Request,
    Response,
    Usage,
    canonical,
    is_commit,
    parse_json,
)

TOKEN = Credential(
    env=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    token_file=True,
    origins=(
        "router.huggingface.co",
        "api-inference.huggingface.co",
        "huggingface.co",
        "*.endpoints.huggingface.cloud",
    ),
)

_MEDIA_ASKED = {
    "image-to-image": "image/png",
    "text-to-image": "image/png",
    "text-to-speech": "audio/wav",
    "text-to-video": "video/mp4",
    "image-to-video": "video/mp4",
}
"""Tasks answered with a file, and the kind of file asked for; what came is told by its bytes."""

_LONGEST_COUNT = 15
"""Digits of a number of tokens that is believed: what is stored has 64 bits."""


def post(call: Call, url: str) -> Request:
    """Give the request of a call: its payload, asking for a fresh answer."""
    headers = {
        "content-type": call.payload.media_type,
        "accept": _MEDIA_ASKED.get(call.task, "application/json"),
        # Ignored by newer servers; an answer from a cache is marked by its header all the same.
        "x-use-cache": "false",
    }
    return Request(url=url, headers=headers, body=call.payload.encoded())


def read_answer(response: Response) -> Json | bytes:
    """Give the JSON inside a successful response, or the bytes of a file.

    Raises ValueError for an error or a page inside 200.
    """
    if not response.body.strip():
        raise ValueError("the body is empty")
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind.startswith(("image/", "audio/", "video/")):
        return response.body
    head = response.body.lstrip()[:15].lower()
    if head.startswith((b"<!doctype", b"<html")):
        raise ValueError("the body is an HTML page, not JSON: the url leads to something else")
    try:
        value = parse_json(response.body)
    except ValueError as error:
        raise ValueError(f"the body is not strict JSON: {error}") from error
    if isinstance(value, dict) and value.get("error"):
        raise ValueError(f"the body of status {response.status} is an error: {_said(value)}")
    return value


def _said(answer: dict[str, Json]) -> str:
    """Give an error's words, however deep a hostile server nests them."""
    error = answer["error"]
    message = error.get("message") if isinstance(error, dict) else error
    if isinstance(message, str):
        return message
    try:
        return canonical(error).decode()
    except TypeError:
        return "a deeply nested value"


def served_commit(response: Response) -> Identity | None:
    """Give the commit that answered: the `x-sha` header, sent with errors of the model too.

    A name that is no commit (`main`) only says what the server was started with.
    """
    commit = response.headers.get("x-sha", "").strip().lower()
    if not commit:
        return None
    return Identity(revision=commit[:64], source="x-sha", is_proof=is_commit(commit))


def stated_usage(response: Response) -> Usage:
    """Give the compute time in seconds.

    `x-compute-time` is in seconds, except from text-embeddings-inference, which sends
    milliseconds and can be told by its `x-tokenization-time`.
    """
    compute_s: float | None = None
    with contextlib.suppress(KeyError, ValueError):
        compute_s = float(response.headers["x-compute-time"])
        if "x-tokenization-time" in response.headers:
            compute_s /= 1000
    if compute_s is not None and not 0 <= compute_s < float("inf"):
        compute_s = None
    return Usage(
        compute_s=compute_s,
        input_tokens=_count(response, "x-prompt-tokens"),
        output_tokens=_count(response, "x-generated-tokens"),
    )


def _count(response: Response, header: str) -> int | None:
    text = response.headers.get(header, "")
    is_count = text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT
    return int(text) if is_count else None
