"""What every server of the Hugging Face inference protocol has in common."""

import re
from typing import Any

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
from harness_providers._reading import is_media, json_of, object_of
from harness_providers._streams import assemble, is_stream
from harness_providers._usage import both, usage_in_body, usage_in_headers

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


_STREAMED = frozenset({"chat-completion", "text-generation"})
_STATED = re.compile(b'"(?:usage|details|data|duration)"').search
"""Finds keys of answers that state what was consumed, or hold what can be counted."""


def post(call: Call, url: str, body: Json = None, *, stream: bool = False) -> Request:
    """Give the request of a call: its payload, or another body, asking for a fresh answer."""
    media_type = call.payload.media_type if body is None else "application/json"
    accept = _MEDIA_ASKED.get(call.task, "application/json")
    headers = {
        "content-type": media_type,
        "accept": "text/event-stream" if stream else accept,
        # Ignored by newer servers; an answer from a cache is marked by its header all the same.
        "x-use-cache": "false",
    }
    encoded = call.payload.encoded() if body is None else canonical(body)
    return Request(url=url, headers=headers, body=encoded)


def ask(call: Call, url: str, *, model: str | None = None, stream: bool = False) -> Request:
    """Give the request of a call, as a stream where that is asked for and there is one.

    A chat names its model in the body, where one is given. `stream` stands at the root: among the
    parameters nobody reads it.
    """
    value = call.payload.value
    if call.task not in _STREAMED or not isinstance(value, dict) or call.payload.media is not None:
        return post(call, url)
    body: dict[str, Json] = dict(value)
    if call.task == "chat-completion" and model is not None:
        body["model"] = model
    given = body.get("parameters")
    if call.task == "text-generation" and isinstance(given, dict) and "stream" in given:
        body["stream"] = given["stream"]
        rest: dict[str, Json] = {key: item for key, item in given.items() if key != "stream"}
        body |= {"parameters": rest}
        body = body if rest else {key: v for key, v in body.items() if key != "parameters"}
    if stream:
        body["stream"] = True
        if call.task == "chat-completion":
            body["stream_options"] = {"include_usage": True}
    return post(call, url, body, stream=body.get("stream") is True)


def read_answer(response: Response) -> Json | bytes:
    """Give the JSON inside a successful response, or the bytes of a file.

    Raises ValueError for an error or a page inside 200.
    """
    if not response.body.strip():
        raise ValueError("the body is empty")
    if is_media(response):
        return response.body
    if is_stream(response):
        return assemble(response.body)
    value = json_of(response)
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
    """Give the commit that answered: `x-sha`, sent with errors too, or `x-repo-commit`.

    A name that is no commit (`main`) only says what the server was started with.
    """
    for header in ("x-sha", "x-repo-commit"):
        commit = response.headers.get(header, "").strip().lower()
        if commit:
            return Identity(revision=commit[:64], source=header, is_proof=is_commit(commit))
    return None


def stated_usage(response: Response) -> Usage:
    """Give what headers and body state: compute time, tokens, characters, images, seconds."""
    stated, body = usage_in_headers(response), _body(response)
    return stated if body is None else both(stated, usage_in_body(body))


def _body(response: Response) -> Any:
    """Give the body where it can state a usage, without reading large answers twice in vain."""
    if is_media(response) or _STATED(response.body) is None:
        return None
    if not is_stream(response):
        value = object_of(response)
        return value or _first_of(response)
    try:
        return assemble(response.body)
    except ValueError:
        return None


def _first_of(response: Response) -> Any:
    try:
        value = parse_json(response.body)
    except ValueError:
        return None
    return value[0] if isinstance(value, list) and value else None
