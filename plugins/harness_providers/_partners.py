"""Partner providers behind the Hugging Face router: the route and the body each has for a task."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from harness.api import Call, Job, Json, Request, canonical
from harness_providers._jobs import file_job, prediction_job, queue_job, video_job, wave_job

Body = Callable[[Call, str], dict[str, Json]]
"""Makes the body out of a call and the partner's own name of the model."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a partner answers a task."""

    path: str
    """Below the partner's prefix; `{model}` is its own name of the model."""
    body: Body
    style: Literal["answer", "file", "prediction", "queue", "videos", "wave"] = "answer"
    """How the answer comes: at once, at once naming a file, or as a job of some protocol."""
    headers: Mapping[str, str] = field(default_factory=dict)


def _parameters(call: Call) -> dict[str, Json]:
    return {name: value for name, value in call.case.parameters.items() if value is not None}


def _inputs(call: Call) -> Json:
    return call.case.inputs


def _prompted(call: Call, _model: str) -> dict[str, Json]:
    return {"prompt": _inputs(call), **_parameters(call)}


def _named(key: str = "model", file_format: str = "") -> Body:
    def body(call: Call, model: str) -> dict[str, Json]:
        asked: dict[str, Json] = {"response_format": file_format} if file_format else {}
        return {**asked, **_prompted(call, model), key: model}

    return body


def _embedded(call: Call, model: str) -> dict[str, Json]:
    return {"input": _inputs(call), **_parameters(call), "model": model}


def _completed(call: Call, model: str) -> dict[str, Json]:
    body = {**_prompted(call, model), "model": model}
    if "max_new_tokens" in body:
        body["max_tokens"] = body.pop("max_new_tokens")
    return body


def _predicted(key: str) -> Body:
    def body(call: Call, model: str) -> dict[str, Json]:
        given: dict[str, Json] = {key: _inputs(call), **_parameters(call)}
        _, _, version = model.partition(":")
        return {"input": given, "version": version} if version else {"input": given}

    return body


def _spoken(call: Call, _model: str) -> dict[str, Json]:
    return {"text": _inputs(call), **_parameters(call)}


def _of_file(key: str) -> Body:
    """Give a body whose `key` is the case's file as a `data:` address."""

    def body(call: Call, _model: str) -> dict[str, Json]:
        media = call.case.media
        if media is None:
            raise ValueError(f"{call.task} needs a file: inputs: {{file: ...}}")
        address = f"data:{media.media_type};base64,{b64encode(media.body).decode('ascii')}"
        return {key: address, **_parameters(call)}

    return body


_WAIT = {"prefer": "wait"}
_PREDICT = "/v1/models/{model}/predictions"
_QUEUE = "/{model}?_subdomain=queue"
_IMAGES = "/v1/images/generations"

PARTNERS: Mapping[tuple[str, str], Route] = {
    ("fal-ai", "automatic-speech-recognition"): Route("/{model}", _of_file("audio_url")),
    ("fal-ai", "image-to-image"): Route(_QUEUE, _of_file("image_url"), "queue"),
    ("fal-ai", "image-to-video"): Route(_QUEUE, _of_file("image_url"), "queue"),
    ("fal-ai", "text-to-image"): Route("/{model}", _prompted, "file"),
    ("fal-ai", "text-to-speech"): Route("/{model}", _spoken, "file"),
    ("fal-ai", "text-to-video"): Route(_QUEUE, _prompted, "queue"),
    ("featherless-ai", "text-generation"): Route("/v1/completions", _completed),
    ("hyperbolic", "text-to-image"): Route(_IMAGES, _named("model_name")),
    ("nebius", "text-to-image"): Route(_IMAGES, _named(file_format="b64_json")),
    ("nscale", "text-to-image"): Route(_IMAGES, _named(file_format="b64_json")),
    ("replicate", "text-to-image"): Route(_PREDICT, _predicted("prompt"), "prediction", _WAIT),
    ("replicate", "text-to-speech"): Route(_PREDICT, _predicted("text"), "prediction", _WAIT),
    ("replicate", "text-to-video"): Route(_PREDICT, _predicted("prompt"), "prediction", _WAIT),
    ("scaleway", "feature-extraction"): Route("/v1/embeddings", _embedded),
    ("together", "feature-extraction"): Route("/v1/embeddings", _embedded),
    ("together", "text-generation"): Route("/v1/completions", _completed),
    ("together", "text-to-image"): Route(_IMAGES, _named(file_format="base64")),
    ("together", "text-to-video"): Route("/v2/videos", _named(), "videos"),
    ("wavespeed", "text-to-image"): Route("/api/v3/{model}", _prompted, "wave"),
    ("wavespeed", "text-to-video"): Route("/api/v3/{model}", _prompted, "wave"),
}
"""By (partner, task). A partner that is not here for a task is asked in vain: the error says so."""

TASKS = ("chat-completion", *sorted({task for _, task in PARTNERS}))


def route_of(partner: str, task: str) -> Route:
    """Give the route; raises ValueError that names the partners that have one for the task."""
    route = PARTNERS.get((partner, task))
    if route is None:
        known = ", ".join(name for name, named in PARTNERS if named == task)
        raise ValueError(f"no route to {partner} for {task} is known; to these there is: {known}")
    return route


def ask_partner(call: Call, prefix: str, partner: str, model: str) -> Request:
    """Give the request to a partner; `prefix` is its address at the router."""
    route = route_of(partner, call.task)
    path = route.path
    if partner == "replicate" and ":" in model:
        path = "/v1/predictions"
    url = prefix + path.replace("{model}", quote(model, safe="/"))
    headers = {"content-type": "application/json", "accept": "application/json", **route.headers}
    return Request(url=url, headers=headers, body=canonical(route.body(call, model)))


def partner_job(prefix: str, partner: str, task: str) -> Job | None:
    """Give how the partner's answer comes later; None: it comes at once."""
    match route_of(partner, task).style:
        case "file":
            return file_job()
        case "prediction":
            return prediction_job(prefix)
        case "queue":
            return queue_job(prefix, "_subdomain=queue")
        case "videos":
            return video_job(f"{prefix}/v2")
        case "wave":
            return wave_job(prefix)
        case "answer":
            return None
