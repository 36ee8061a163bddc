"""What a call cost: as the provider states it, else reckoned from a price."""

from math import isfinite

from harness.data.record import Usage
from harness.data.suite import Price

_MILLION = 1e6


def cost_usd(usage: Usage, price: Price | None, calls: float = 1.0) -> float | None:
    """Give US dollars, at least 0; None where they cannot be known.

    What the provider states comes first. Else every unit that has a price is counted; one that
    has a price and that nobody counted makes the whole unknown, never 0. `calls` is the share of
    a call the usage stands for: 1/8 of a batch of eight.
    """
    stated = usage.cost_usd
    if stated is not None:
        return stated if _is_amount(stated) else None
    if price is None:
        return None
    seconds = usage.seconds if usage.seconds is not None else usage.compute_s
    total = 0.0
    for dollars, units in (
        (price.per_call, calls),
        (price.per_million_input_tokens / _MILLION, usage.input_tokens),
        (price.per_million_output_tokens / _MILLION, usage.output_tokens),
        (price.per_million_characters / _MILLION, usage.characters),
        (price.per_image, usage.images),
        (price.per_second, seconds),
    ):
        if not dollars:
            continue
        if units is None or not _is_amount(units):
            return None
        total += dollars * units
    return total


def _is_amount(number: float) -> bool:
    return isfinite(number) and number >= 0
