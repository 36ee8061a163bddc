"""hf-inference: the serverless API, which serves the head of a repository and says which it was."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

from harness.api import Call, Provider, Request, Target, hookimpl
from harness_providers._hub_batch import hub_batch
from harness_providers._hub_protocol import (
    TOKEN,
    ask,
    read_answer,
    served_commit,
    stated_usage,
)
from harness_providers._lint import lint_serverless
from harness_providers._streams import first_content_byte
from harness_providers._traces import traces_of_chat

ROUTER = "https://router.huggingface.co/hf-inference"
_PIPELINES = frozenset({"feature-extraction", "sentence-similarity"})
"""Tasks a model may serve beside its own: they are named in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = ROUTER
    """Everything before `/models/{id}`, at any server of the same protocol."""
    stream: bool = False
    """Whether chat and text generation are asked for as a stream; it is read as one answer."""
    pipeline_route: Literal["auto", "never", "after", "before"] = "auto"
    """Where the address names the task: `after` the model (`/models/{id}/pipeline/{task}`),
    `before` it (`/pipeline/{task}/{id}`, as old servers had it), `never`, or `auto`: after it for
    feature-extraction and sentence-similarity where `base_url` ends in `/hf-inference`."""


def request(call: Call) -> Request:
    """Give `POST {base_url}/models/{model}`, with the route of the task where it has one."""
    options, model = call.target.options, call.target.model
    base_url = str(options.get("base_url") or ROUTER)
    url = _address(base_url, model, call.task, str(options.get("pipeline_route") or "auto"))
    named = model if call.task == "chat-completion" else None
    return ask(call, url, model=named, stream=options.get("stream") is True)


@lru_cache(maxsize=256)
def _address(base_url: str, model: str, task: str, route: str) -> str:
    """Give where a model is asked; made once, since all calls of a target go there."""
    base_url, model = base_url.rstrip("/"), quote(model, safe="/")
    if task == "chat-completion":
        return f"{base_url}/models/{model}/v1/chat/completions"
    if route == "before":
        return f"{base_url}/pipeline/{quote(task)}/{model}"
    is_named = base_url.endswith("/hf-inference") and task in _PIPELINES
    is_after = route == "after" or (route == "auto" and is_named)
    return f"{base_url}/models/{model}" + (f"/pipeline/{quote(task)}" if is_after else "")


def head_only(target: Target) -> bool:
    """Whether the serverless API itself is asked: it loads the newest commit and no other."""
    return str(target.options.get("base_url") or ROUTER).rstrip("/") == ROUTER


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-inference",
            request=request,
            output=read_answer,
            served=served_commit,
            traces=traces_of_chat,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
            head_only=head_only,
            first_token=first_content_byte,
            batch=hub_batch(request),
            lint=lint_serverless,
        )
    ]
