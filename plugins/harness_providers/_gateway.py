"""Who answered behind a gateway that says so in its headers, as the LiteLLM proxy does."""

from harness.api import Identity, Response, is_commit

_COMMIT_DIGITS = 40
"""LiteLLM's own deployment ids have 64 hex digits: a digest of settings, no revision."""


def behind_gateway(response: Response) -> Identity | None:
    """Give what the gateway says of the deployment that answered; None: nothing of a revision.

    The revision is in `x-litellm-model-name` (`name@<hex>`) or is the id an operator gave the
    deployment. After a fallback somebody else than asked for has answered: then the deployment's
    name is evidence enough that it was not the pinned revision. All of it is a declaration.
    """
    name = response.headers.get("x-litellm-model-name", "").strip()
    deployment = response.headers.get("x-litellm-model-id", "").strip().lower()
    stated = name.rpartition("@")[2].lower() if "@" in name else deployment
    if is_commit(stated) and len(stated) == _COMMIT_DIGITS:
        source = "x-litellm-model-name" if "@" in name else "x-litellm-model-id"
        return Identity(revision=stated, source=source, is_proof=False)
    fallbacks = response.headers.get("x-litellm-attempted-fallbacks", "").strip()
    if fallbacks.isascii() and fallbacks.isdigit() and int(fallbacks[:9]) > 0:
        who = name or deployment or "another deployment"
        return Identity(revision=who, source="x-litellm-attempted-fallbacks", is_proof=False)
    return None
