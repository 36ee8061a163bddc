"""Says of embeddings what people can read: how many, how wide, how long, how alike."""

import math
from collections.abc import Sequence

from harness.api import Output
from harness_reports.quantities import plain

FIRST = 6
"""Numbers of a vector that are shown."""


def vectors_of(output: Output | None) -> list[Sequence[float]]:
    """Give the vectors of a canonical value `{vector, shape}`; nothing for another kind."""
    match output.value if output else None:
        case {"vector": [*flat], "shape": [*shape]}:
            width = shape[-1] if shape else 0
            numbers = [float(x) for x in flat if isinstance(x, int | float)]
            if len(numbers) == len(flat) and isinstance(width, int) and width > 0:
                return [numbers[at : at + width] for at in range(0, len(numbers), width)]
    return []


def norm(vector: Sequence[float]) -> float:
    """Give the Euclidean length; infinite where it is beyond what a float holds."""
    return math.hypot(*vector)


def cosine(old: Sequence[float], new: Sequence[float]) -> float | None:
    """Give the cosine of the angle, -1..1; None: other widths, no length, numbers not finite."""
    greatest = [max(map(abs, vector), default=0.0) for vector in (old, new)]
    if len(old) != len(new) or not all(0 < size < math.inf for size in greatest):
        return None
    first, second = [x / greatest[0] for x in old], [x / greatest[1] for x in new]
    product = math.fsum(a * b for a, b in zip(first, second, strict=True))
    value = product / (norm(first) * norm(second))
    return None if math.isnan(value) else max(-1.0, min(1.0, value))


def first_numbers(vector: Sequence[float]) -> str:
    """Give the first numbers: `0.12, −0.03, … 762 more`."""
    shown = ", ".join(signed_number(x) for x in vector[:FIRST])
    rest = len(vector) - FIRST
    return f"{shown}, … {rest:,} more" if rest > 0 else shown


def shown_cosine(value: float) -> str:
    """Give a cosine with five digits: those of like embeddings differ in the last ones."""
    return f"{value:.5f}".replace("-", "−")


def signed_number(value: float) -> str:
    """Give a number with three digits, a true minus before a negative one."""
    return f"−{plain(-value)}" if value < 0 else plain(value)
