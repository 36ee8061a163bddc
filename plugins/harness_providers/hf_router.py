"""hf-router: the Hugging Face router; `model:provider` names which of its partners answers."""

from dataclasses import dataclass

from harness.api import Call, Job, Provider, Request, Target, hookimpl, replace
from harness_providers import hf_inference
from harness_providers._hub_protocol import TOKEN, served_commit, stated_usage
from harness_providers._lint import lint_chat
from harness_providers._openai_answer import read_answer
from harness_providers._openai_batch import embeddings_batch
from harness_providers._openai_protocol import post
from harness_providers._partners import TASKS, ask_partner, partner_job
from harness_providers._routing import chosen_by_router, provider_of
from harness_providers._streams import first_content_byte
from harness_providers._traces import traces_of_chat

ROUTER = "https://router.huggingface.co/v1"
_OWN = "hf-inference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = ROUTER
    """Everything before `/chat/completions`; partners stand beside its last part."""
    stream: bool = False
    """Whether the answer is asked for as a stream; it is read as one answer."""
    provider_model: str = ""
    """What the partner itself calls the model, for tasks other than chat; empty: the same."""


def request(call: Call) -> Request:
    """Give `POST {base_url}/chat/completions`, or the partner's own route for another task.

    Without a partner those go to hf-inference. Raises ValueError for a partner without a route.
    """
    base_url, prefix, partner, model = _way(call.target)
    if call.task == "chat-completion":
        return post(call, base_url, stream=call.target.options.get("stream") is True)
    if partner == _OWN:
        return hf_inference.request(_at_own(call, prefix))
    return ask_partner(call, prefix, partner, model)


def job(call: Call) -> Job | None:
    """Give how the partner's answer comes later, where it does."""
    _, prefix, partner, _ = _way(call.target)
    if call.task == "chat-completion" or partner == _OWN:
        return None
    return partner_job(prefix, partner, call.task)


def routed(target: Target) -> str | None:
    """Say why it is not known who answers a chat: no provider is named, or only a policy."""
    return chosen_by_router(target)


def _way(target: Target) -> tuple[str, str, str, str]:
    """Give (base url, the partner's prefix, partner, its name of the model)."""
    base_url = str(target.options.get("base_url") or ROUTER).rstrip("/")
    name, partner = provider_of(target.model)
    partner = partner or _OWN
    prefix = f"{base_url.removesuffix('/v1')}/{partner}"
    return base_url, prefix, partner, str(target.options.get("provider_model") or name)


def _at_own(call: Call, prefix: str) -> Call:
    name, _ = provider_of(call.target.model)
    options = {**call.target.options, "base_url": prefix}
    return replace(call, target=replace(call.target, model=name, options=options))


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-router",
            request=request,
            output=read_answer,
            served=served_commit,
            traces=traces_of_chat,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
            tasks=TASKS,
            first_token=first_content_byte,
            job=job,
            batch=embeddings_batch(request),
            routed=routed,
            lint=lint_chat,
        )
    ]
