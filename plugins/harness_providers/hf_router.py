"""hf-router: chat through the Hugging Face router, `model:provider` naming who answers."""

from dataclasses import dataclass

from harness.api import Call, Identity, Provider, Request, Response, hookimpl
from harness_providers._hub_protocol import TOKEN
from harness_providers._openai_protocol import post, read_answer, stated_usage

ROUTER = "https://router.huggingface.co/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = ROUTER
    stream: bool = False
    """Whether the answer is asked for as a stream; it is read as one answer."""


def request(call: Call) -> Request:
    """Give `POST {base_url}/chat/completions` with the model as the suite writes it."""
    options = call.target.options
    base_url = str(options.get("base_url") or ROUTER)
    return post(call, base_url, stream=options.get("stream") is True)


def served_by(response: Response) -> Identity | None:
    """Give the commit header where a partner sends one; most never do."""
    commit = response.headers.get("x-sha", "").strip().lower()
    return Identity(revision=commit, source="x-sha") if commit else None


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-router",
            request=request,
            output=read_answer,
            served=served_by,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
            tasks=("chat-completion",),
        )
    ]
