"""hf-endpoint: one url that speaks the Hugging Face inference protocol for one model."""

from dataclasses import dataclass

from harness.api import Call, Provider, Request, hookimpl
from harness_providers._hub_protocol import (
    TOKEN,
    post,
    read_answer,
    served_commit,
    stated_usage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    url: str
    """Where the endpoint answers; used as it is."""


def request(call: Call) -> Request:
    """Give `POST {url}`."""
    return post(call, str(call.target.options["url"]))


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-endpoint",
            request=request,
            output=read_answer,
            served=served_commit,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
        )
    ]
