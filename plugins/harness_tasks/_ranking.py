"""Two scorings of the same things as numbers: rank correlation, greatest difference."""

import math
import sys
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import TypeVar

from harness.api import Json

Thing = TypeVar("Thing", bound=Hashable)

LARGEST = sys.float_info.max
"""A difference no float can hold is given as the largest number one can."""


KENDALL = "Kendall's tau-b"
"""How rank correlations are taken."""


def top_overlap(old: AbstractSet[Hashable], new: AbstractSet[Hashable]) -> float:
    """Give the share of the longer of two lists that both have, 0..1; 1 for two empty ones."""
    longest = max(len(old), len(new))
    return len(old & new) / longest if longest else 1.0


def kendall_tau(old: Mapping[Thing, float], new: Mapping[Thing, float]) -> float | None:
    """Give Kendall's tau-b over the things both score, -1..1 (Kendall 1945).

    None when fewer than two are shared, or one side scores all of them alike.
    """
    shared = [thing for thing in old if thing in new]
    return tau_b([old[thing] for thing in shared], [new[thing] for thing in shared])


def tau_b(old: Sequence[float], new: Sequence[float]) -> float | None:
    """Give Kendall's tau-b of paired finite scores, -1..1; None where it is undefined.

    Counted as Knight (1966) does: pairs out of order once sorted, in O(n log n) comparisons.
    """
    if old == new:
        return 1.0 if len(set(old)) > 1 else None
    pairs = sorted(zip(old, new, strict=True))
    discordant = 0
    seen: list[float] = []
    for _, score in pairs:
        discordant += len(seen) - bisect_right(seen, score)
        insort(seen, score)
    size = len(pairs)
    every = size * (size - 1) // 2
    old_apart, new_apart = every - _tied(old), every - _tied(new)
    if not old_apart or not new_apart:
        return None
    balance = old_apart + new_apart - every + _tied(pairs) - 2 * discordant
    return max(-1.0, min(1.0, balance / math.sqrt(old_apart * new_apart)))


def greatest_difference(old: Sequence[float], new: Sequence[float]) -> float:
    """Give the greatest absolute difference of paired finite numbers, 0 and up, finite."""
    differences = (abs(first - second) for first, second in zip(old, new, strict=True))
    return min(max(differences, default=0.0), LARGEST)


def finite_numbers(values: Json) -> list[float]:
    """Give the finite numbers of a list; what is none is left out."""
    found = []
    for value in values if isinstance(values, list) else ():
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                found.append(float(value))
    return [value for value in found if math.isfinite(value)]


def _tied(things: Iterable[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(things).values())
