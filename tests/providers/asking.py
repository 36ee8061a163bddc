"""Calls, answers and walks through jobs, for tests of providers."""

import json
from collections.abc import Callable
from typing import Any

from harness.api import Call, Case, Job, Json, Media, Payload, Provider, Request, Response, Target
from harness.registry import load_registry
from harness.stages.call.jobs import Over, Progress

REGISTRY = load_registry()
IMAGE = Media(path="a.png", sha256="0" * 64, body_bytes=4, media_type="image/png", body=b"\x89PNG")


def call_of(
    provider: str,
    task: str,
    inputs: Json = None,
    *,
    model: str = "org/name",
    media: Media | None = None,
    parameters: dict[str, Json] | None = None,
    **options: Json,
) -> Call:
    """Give a call of one case, its payload built by the task."""
    case = Case(id="c", inputs=inputs, media=media, parameters=parameters or {})
    payload: Payload = REGISTRY.tasks[task].build(case)
    target = Target(name="t", provider=provider, model=model, options=options)
    return Call(case=case, target=target, payload=payload, task=task)


def provider_of(call: Call) -> Provider:
    """Give the provider a call is for."""
    return REGISTRY.providers[call.target.provider]


def request_of(*arguments: Any, **named: Any) -> Request:
    """Give the request of a call made as `call_of` makes it."""
    call = call_of(*arguments, **named)
    return provider_of(call).request(call)


def body_of(request: Request) -> Any:
    """Give a request's JSON."""
    return json.loads(request.body)


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """Give an answer with JSON, or the bytes given, inside."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=data)


def stream(*events: Any, line: bytes = b"\n") -> Response:
    """Give an event stream of JSON values."""
    body = b"".join(b"data: " + json.dumps(event).encode() + line * 2 for event in events)
    return answer(body, content_type="text/event-stream")


def walk(call: Call, server: Callable[[Request], Response]) -> tuple[Over, list[str]]:
    """Go through a job as the engine does; give how it ended and every address asked."""
    provider = provider_of(call)
    job: Job | None = provider.job(call)
    assert job is not None
    request = provider.request(call)
    asked = [f"{request.method} {request.url}"]
    progress = Progress(job, call, 0.0, request.url)
    for moment in range(20):
        step = progress.advance(request, server(request), None, float(moment), 0.0)
        if isinstance(step, Over):
            return step, asked
        request = step.request
        asked.append(f"{request.method} {request.url}")
    raise AssertionError(f"the job did not end: {asked}")
