"""Refuses what no interval can be computed from, saying where it is and what to do."""

from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_ROUNDING = 1e-9
"""How far a mean of values in range may leave the range by rounding."""


def checked_share(value: float, name: str) -> float:
    """Give `value` if it lies strictly between 0 and 1; raises ValueError otherwise."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} is {value!r}; give a number strictly between 0 and 1")
    return float(value)


def checked_counts(n: int, **counts: int) -> None:
    """Raise ValueError unless n and every count are whole, >= 0, and the counts sum to n at most.

    The counts are disjoint parts of the n cases.
    """
    for name, count in {**counts, "n": n}.items():
        if not isfinite(count) or count < 0 or count != int(count):
            raise ValueError(f"{name} is {count!r}; give a whole number that is not negative")
    if sum(counts.values()) > n:
        told = " + ".join(f"{name} = {count}" for name, count in counts.items())
        raise ValueError(f"{told} is more than n = {n}; n counts every answered case")


def checked_column(
    values: "ArrayLike", name: str, *, low: float = float("-inf"), high: float = float("inf")
) -> "NDArray[np.float64]":
    """Give `values` as one column of floats, shape (n,), clipped to [low, high] by rounding only.

    Raises ValueError naming the first index that is NaN, infinite or out of range.
    """
    import numpy as np

    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise ValueError(f"{name} has shape {column.shape}; give one number a case, shape (n,)")
    bad = ~np.isfinite(column)
    if bad.any():
        index = int(bad.argmax())
        raise ValueError(
            f"{name}[{index}] is {float(column[index])}; leave out the case that has no answer, "
            "on both sides, and report it as missing"
        )
    bad = (column < low - _ROUNDING) | (column > high + _ROUNDING)
    if bad.any():
        index = int(bad.argmax())
        raise ValueError(
            f"{name}[{index}] is {float(column[index])}; give values in [{low:g}, {high:g}]"
        )
    return np.clip(column, low, high) if isfinite(low) or isfinite(high) else column


def checked_durations(values: "ArrayLike", name: str) -> "NDArray[np.float64]":
    """Give `values` as a column of at least one number above 0, shape (n,).

    Raises ValueError naming the first index that is NaN, infinite, zero or negative.
    """
    column = checked_column(values, name)
    if not len(column):
        raise ValueError(f"{name} is empty; there is nothing to estimate from")
    if (column <= 0.0).any():
        index = int((column <= 0.0).argmax())
        raise ValueError(
            f"{name}[{index}] is {float(column[index])}; a duration is above 0, "
            "leave out what was not measured"
        )
    return column


def checked_pairs(
    first: "ArrayLike", first_name: str, second: "ArrayLike", second_name: str
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Give two columns of durations of equal length, element i of both from the same case.

    Raises ValueError as `checked_durations` does, or when the lengths differ.
    """
    left, right = checked_durations(first, first_name), checked_durations(second, second_name)
    if len(left) != len(right):
        raise ValueError(
            f"{first_name} has {len(left)} values, {second_name} {len(right)}; "
            "give the cases measured on both sides, in the same order"
        )
    return left, right
