"""openai: any server of the OpenAI protocol, at any base url."""

from dataclasses import dataclass

from harness.api import Call, Credential, Provider, Request, hookimpl
from harness_providers._openai_protocol import (
    ROUTES,
    post,
    read_answer,
    served_model,
    stated_usage,
)

BASE_URL = "https://api.openai.com/v1"
KEY = Credential(env=("OPENAI_API_KEY",), origins=("api.openai.com",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = BASE_URL
    """Everything before `/chat/completions`."""
    stream: bool = False
    """Whether chat and text generation are asked for as a stream; it is read as one answer."""


def request(call: Call) -> Request:
    """Give `POST {base_url}{route of the task}`."""
    options = call.target.options
    base_url = str(options.get("base_url") or BASE_URL)
    return post(call, base_url, stream=options.get("stream") is True)


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="openai",
            request=request,
            output=read_answer,
            served=served_model,
            usage=stated_usage,
            credential=KEY,
            options=Options,
            tasks=tuple(ROUTES),
        )
    ]
