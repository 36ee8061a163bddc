"""hf-inference: the serverless API, which serves the head of a repository and says which it was."""

from dataclasses import dataclass
from urllib.parse import quote

from harness.api import Call, Provider, Request, hookimpl
from harness_providers._hub_protocol import (
    TOKEN,
    post,
    read_answer,
    served_commit,
    stated_usage,
)

ROUTER = "https://router.huggingface.co/hf-inference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = ROUTER
    """Everything before `/models/{id}`, at any server of the same protocol."""


def request(call: Call) -> Request:
    """Give `POST {base_url}/models/{model}`."""
    base_url = str(call.target.options.get("base_url") or ROUTER).rstrip("/")
    return post(call, f"{base_url}/models/{quote(call.target.model, safe='/')}")


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-inference",
            request=request,
            output=read_answer,
            served=served_commit,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
        )
    ]
