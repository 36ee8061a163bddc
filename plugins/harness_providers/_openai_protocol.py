"""What every server of the OpenAI protocol has in common: its routes and what they are asked."""

from collections.abc import Mapping

from harness.api import Call, Json, Request, canonical
from harness_providers._addresses import below
from harness_providers._multipart import encode_form

ROUTES: Mapping[str, str] = {
    "chat-completion": "/chat/completions",
    "text-generation": "/completions",
    "feature-extraction": "/embeddings",
    "text-to-image": "/images/generations",
    "image-to-image": "/images/edits",
    "text-to-speech": "/audio/speech",
    "automatic-speech-recognition": "/audio/transcriptions",
    "text-to-video": "/videos",
    "image-to-video": "/videos",
}
"""Where each task is answered, below the base url."""

_FILE_FIELDS: Mapping[str, str] = {
    "automatic-speech-recognition": "file",
    "image-to-image": "image",
    "image-to-video": "input_reference",
}
"""Tasks asked by form upload, and the field the file stands in."""

_KEYS = {"text-generation": "prompt", "text-to-image": "prompt", "text-to-video": "prompt"}
_STREAMED = frozenset({"chat-completion", "text-generation"})


def post(call: Call, base_url: str, *, stream: bool = False, route: str = "") -> Request:
    """Give the request of a call; ValueError for a task the protocol does not have.

    `route` takes the place of the task's own.
    """
    known = ROUTES.get(call.task)
    if known is None:
        names = ", ".join(ROUTES)
        raise ValueError(f"this protocol has no route for {call.task}; it has {names}")
    url = below(base_url, route or known)
    if call.task in _FILE_FIELDS:
        return _upload(call, url)
    body = {"model": call.target.model, **_question(call)}
    if stream and call.task in _STREAMED:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    accept = "text/event-stream" if body.get("stream") is True else "application/json"
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
    if call.task == "text-generation" and "max_new_tokens" in rest:
        rest["max_tokens"] = rest.pop("max_new_tokens")
    question: dict[str, Json] = {_KEYS.get(call.task, "input"): inputs, **rest}
    return question


def _upload(call: Call, url: str) -> Request:
    """Give the form upload of the case's file, its parameters as fields beside it."""
    media = call.case.media
    if media is None:
        raise ValueError(f"{call.task} needs a file: inputs: {{file: ...}}")
    given = {name: value for name, value in call.case.parameters.items() if value is not None}
    fields = {"model": call.target.model, **{name: _written(v) for name, v in given.items()}}
    name = media.path.rsplit("/", 1)[-1]
    content_type, body = encode_form(
        fields, _FILE_FIELDS[call.task], name, media.media_type, media.body
    )
    headers = {"content-type": content_type, "accept": "application/json"}
    return Request(url=url, headers=headers, body=body)


def _written(value: Json) -> str:
    """Give a value as a form field holds it: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else canonical(value).decode()
