"""Whether a model's name leaves the choice of who answers to a router."""

from urllib.parse import urlsplit

from harness.api import Target

_POLICIES = {
    "fastest": "the router takes whichever provider is fastest at the time",
    "cheapest": "the router takes whichever provider is cheapest at the time",
    "preferred": "the router goes by the order of preference in the account's settings",
    "auto": "the router picks a provider by itself",
}
_ROUTER_MODELS = {"openrouter/auto": "the gateway picks a model for every question"}
_ROUTER_HOST = "router.huggingface.co"


def provider_of(model: str) -> tuple[str, str]:
    """Give (model, provider) of `org/name:provider`; the provider is empty where none is named."""
    name, _, provider = model.partition(":")
    return name, "" if provider in _POLICIES else provider


def chosen_by_router(target: Target) -> str | None:
    """Say why it is not known who answers a chat at the Hugging Face router; None: it is."""
    _, _, suffix = target.model.partition(":")
    if not suffix:
        return (
            f"`{target.model}` names no provider: the router takes whichever is fastest at the "
            f"time; write `{target.model}:PROVIDER`"
        )
    if suffix in _POLICIES:
        return f"`:{suffix}`: {_POLICIES[suffix]}"
    return None


def chosen_by_gateway(target: Target) -> str | None:
    """Say why it is not known who answers at an OpenAI-compatible gateway; None: it is."""
    if target.model in _ROUTER_MODELS:
        return f"`{target.model}`: {_ROUTER_MODELS[target.model]}"
    host = urlsplit(str(target.options.get("base_url") or "")).hostname
    return chosen_by_router(target) if host == _ROUTER_HOST else None
