"""Vectors of a canonical value, and the angle between two."""

import math
from array import array
from collections.abc import Sequence
from operator import mul

from harness.api import Output


def rows_of(output: Output) -> list[Sequence[float]]:
    """Give the vectors of a canonical value; nothing for another kind of value."""
    match output.value:
        case {"vector": [*vector], "shape": [*shape]}:
            try:
                flat = array("d", vector)
            except (TypeError, OverflowError):
                return []
            width = shape[-1] if shape else None
            if isinstance(width, int) and width > 0 and flat and len(flat) % width == 0:
                return [flat[start : start + width] for start in range(0, len(flat), width)]
    return []


def cosine(old: Sequence[float], new: Sequence[float]) -> float | None:
    """Give the cosine of the angle of two vectors, -1..1.

    None when they differ in width, one is all zero, or one holds what is not finite.
    """
    if len(old) != len(new):
        return None
    first, second = _scaled(old), _scaled(new)
    if not first or not second:
        return None
    if first == second:
        return 1.0
    lengths = math.sqrt(_dot(first, first)) * math.sqrt(_dot(second, second))
    return max(-1.0, min(1.0, _dot(first, second) / lengths))


def _scaled(vector: Sequence[float]) -> list[float]:
    """Give the vector with its greatest number as 1, so that no product overflows."""
    greatest = max(map(abs, vector), default=0.0)
    if not greatest or not all(map(math.isfinite, vector)):
        return []
    return [value / greatest for value in vector]


def _dot(old: Sequence[float], new: Sequence[float]) -> float:
    return math.fsum(map(mul, old, new))
