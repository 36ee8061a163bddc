"""What servers say was consumed: in headers, in bodies, in units that differ by server."""

from typing import Any

from harness.api import Response, Usage
from harness_providers._reading import amount_of, at, count_of

_LONGEST_COUNT = 15
"""Digits of a number in a header that is believed."""
_TICKS_PER_USD = 1e10
_STATING = frozenset(
    {
        "x-compute-time", "x-compute-tokens", "x-compute-characters", "x-compute-images",
        "x-compute-audio-length", "x-prompt-tokens", "x-generated-tokens",
    }
)  # fmt: skip
"""Headers that state what was consumed."""
_NOTHING = Usage()


def usage_in_headers(response: Response) -> Usage:
    """Give what the headers of Hugging Face's servers state; compute time in seconds.

    `x-compute-time` is in seconds, except from text-embeddings-inference, which sends
    milliseconds and can be told by its `x-tokenization-time`.
    """
    if _STATING.isdisjoint(response.headers):
        return _NOTHING
    is_embedder = "x-tokenization-time" in response.headers
    compute_s = _seconds(response, "x-compute-time")
    if compute_s is not None and is_embedder:
        compute_s /= 1000
    tokens = _count(response, "x-prompt-tokens")
    return Usage(
        compute_s=compute_s,
        input_tokens=tokens if tokens is not None else _count(response, "x-compute-tokens"),
        output_tokens=_count(response, "x-generated-tokens"),
        characters=_count(response, "x-compute-characters"),
        images=_count(response, "x-compute-images"),
        seconds=_seconds(response, "x-compute-audio-length"),
    )


def usage_in_body(value: Any) -> Usage:
    """Give what an answer states in `usage`, or of its own length: tokens, seconds, cost.

    The costs read: `usage.cost` (a number, or an object with `total_cost`) in dollars, and
    `usage.cost_in_usd_ticks`, of which 10,000,000,000 are a dollar.
    """
    usage, details = at(value, "usage"), at(value, "details")
    cost = at(usage, "cost")
    dollars = amount_of(at(cost, "total_cost") if isinstance(cost, dict) else cost)
    ticks = amount_of(at(usage, "cost_in_usd_ticks"))
    images = at(value, "data")
    are_images = isinstance(images, list) and (
        at(images, 0, "b64_json") is not None or at(images, 0, "url") is not None
    )
    return Usage(
        input_tokens=_first(at(usage, "prompt_tokens"), at(usage, "input_tokens")),
        output_tokens=_first(
            at(usage, "completion_tokens"),
            at(usage, "output_tokens"),
            at(details, "generated_tokens"),
        ),
        images=len(images) if are_images else None,
        seconds=_amount(
            at(usage, "seconds"), at(value, "duration"), at(value, "video", "duration")
        ),
        cost_usd=dollars if dollars is not None or ticks is None else ticks / _TICKS_PER_USD,
    )


def both(first: Usage, second: Usage) -> Usage:
    """Give what the first says, and where it says nothing, the second."""
    names = ("compute_s", "input_tokens", "output_tokens", "characters", "images", "seconds")
    found = {name: getattr(first, name) for name in names}
    known = {name: v if v is not None else getattr(second, name) for name, v in found.items()}
    cost = first.cost_usd if first.cost_usd is not None else second.cost_usd
    return Usage(**known, cost_usd=cost)


def _first(*given: Any) -> int | None:
    return next((count for one in given if (count := count_of(one)) is not None), None)


def _amount(*given: Any) -> float | None:
    return next((amount for one in given if (amount := amount_of(one)) is not None), None)


def _count(response: Response, header: str) -> int | None:
    text = response.headers.get(header, "")
    is_count = text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT
    return int(text) if is_count else None


def _seconds(response: Response, header: str) -> float | None:
    try:
        return amount_of(float(response.headers[header]))
    except (KeyError, ValueError):
        return None
