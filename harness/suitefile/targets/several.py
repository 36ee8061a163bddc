"""Reads several addresses of one target, and how calls are spread over them."""

from collections.abc import Sequence

from harness.api.kinds import Provider
from harness.jsonvalue import Json
from harness.suitefile.keys.arguments import argument_names
from harness.suitefile.problems.problem import flat
from harness.suitefile.targets.merged import Merged
from harness.suitefile.tree.review import Review

ADDRESS_KEYS = ("url", "base_url")
"""What providers call their address; the first one a provider has is filled from `urls`."""


def address_key(provider: Provider) -> str | None:
    """Give the key a provider takes its address by, None when it has none."""
    names = argument_names(provider.options)
    return next((key for key in ADDRESS_KEYS if key in names), None)


def with_first_url(
    review: Review, target: Merged, options: dict[str, Json], provider: Provider | None
) -> dict[str, Json]:
    """Give the options with the first of `urls` as the provider's address.

    What is wrong with `urls` and `balance` as a whole is reported.
    """
    urls = target.get("urls")
    if urls is None:
        if target.get("balance") is not None:
            advice = "remove it, or write `urls: [...]` with two or more"
            message = "'balance' spreads calls over `urls`, and there are none"
            review.key(target.path("balance"), "E131", message, advice)
        return options
    texts = [url for url in urls if isinstance(url, str)] if isinstance(urls, list) else []
    if isinstance(urls, list) and len(texts) == len(urls):
        _refuse_repeated(review, target, texts)
    if both := [key for key in ADDRESS_KEYS if key in options]:
        message = f"'{both[0]}' and 'urls' both say where target '{target.name}' is"
        review.key(target.path("urls"), "E131", message, "keep one of the two")
        return options
    if provider is None:
        return options
    key = address_key(provider)
    if key is None:
        message = f"provider '{flat(provider.name)}' takes no address, so it cannot have several"
        review.key(target.path("urls"), "E131", message, "remove `urls`")
        return options
    # What else stands there its type has refused already; an address is not missing then.
    return {**options, key: texts[0] if texts else ""}


def _refuse_repeated(review: Review, target: Merged, urls: Sequence[str]) -> None:
    seen: set[str] = set()
    for number, url in enumerate(urls):
        same = url.rstrip("/").lower()
        if same in seen:
            message = "the address repeats"
            review.value((*target.path("urls"), number), "E131", message, "each stands there once")
        seen.add(same)
