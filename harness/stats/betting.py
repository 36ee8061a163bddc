"""The range of a bounded mean, from what a gambler who bets against each value would have won.

Waudby-Smith and Ramdas 2024, JRSS B 86:1 (arXiv 2010.09686): hedged capital, predictable plug-in
bets. Everything here is on the scale x = (delta + 1) / 2, in [0, 1].
"""

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALVINGS = 34
"""Brings a limit to 1e-10; what remains is given away on the safe side."""


def bets(
    x: "NDArray[np.float64]",
    weights: "NDArray[np.float64]",
    confidence: float,
    horizon: int | None = None,
) -> "NDArray[np.float64]":
    """Give the stake laid before each x is seen, shape (n,), above 0, from those before it alone.

    With a `horizon` the stakes are those that narrow the interval most after that many values;
    without, they serve every stopping time about alike (the paper's equations 24 and 26).
    Weights are in (0, 1]: a value's share of the heaviest unit.
    """
    t = np.arange(1, len(x) + 1)
    mean = (0.5 + np.cumsum(weights * x)) / (1.0 + np.cumsum(weights))
    variance = (0.25 + np.cumsum((weights * (x - mean)) ** 2)) / (t + 1)
    known = np.concatenate(([0.25], variance[:-1]))
    pace = t * np.log(t + 1) if horizon is None else horizon
    stakes: NDArray[np.float64] = np.sqrt(2 * log(2 / (1 - confidence)) / (known * pace))
    return stakes


def log_capital(
    x: "NDArray[np.float64]",
    weights: "NDArray[np.float64]",
    stakes: "NDArray[np.float64]",
    mean: float,
    cap: float,
    *,
    above: bool,
) -> "NDArray[np.float64]":
    """Give the log capital after each x of who bets that the mean is above (below) `mean`.

    Shape (n,). If `mean` is the mean, or the true one is on the other side of it, the capital
    ever reaches 1 / level with probability `level` at most. `cap` in (0, 1) bounds what one bet
    may lose, as a share of the capital.
    """
    if above:
        limit, gain = cap / max(mean, 1e-300), x - mean
    else:
        limit, gain = cap / max(1 - mean, 1e-300), mean - x
    growth: NDArray[np.float64] = np.cumsum(np.log1p(np.minimum(stakes, limit) * weights * gain))
    return growth


def betting_limits(
    x: "NDArray[np.float64]",
    weights: "NDArray[np.float64]",
    stakes: "NDArray[np.float64]",
    confidence: float,
    cap: float,
    within: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, float]:
    """Give the least and the greatest mean that no capital has rejected at any time so far.

    `within` are limits found earlier on fewer values; the result never leaves them. The two may
    cross, with probability 1 - confidence at most.
    """
    threshold = log(2 / (1 - confidence))

    def is_rejected(mean: float, *, above: bool) -> bool:
        capital = log_capital(x, weights, stakes, mean, cap, above=above)
        return bool(len(capital)) and float(capital.max()) >= threshold

    low = _last_rejected(lambda mean: is_rejected(mean, above=True), *within)
    high = _last_rejected(lambda mean: is_rejected(mean, above=False), *reversed(within))
    return low, high


def _last_rejected(is_rejected: Callable[[float], bool], start: float, end: float) -> float:
    """Give how far from `start` towards `end` values are rejected; `start` if none is."""
    for _ in range(_HALVINGS):
        middle = (start + end) / 2
        if is_rejected(middle):
            start = middle
        else:
            end = middle
    return start
