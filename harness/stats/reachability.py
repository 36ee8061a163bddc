"""Whether a number of cases can carry a gate at all, before any call is made."""

from collections.abc import Callable
from math import ceil, log
from statistics import NormalDist

from harness.stats.binomial_interval import all_or_none_limit
from harness.stats.inputs import checked_counts, checked_share
from harness.stats.score_interval import paired_proportion


def reachable(n: int, max_drop: float, confidence: float = 0.95) -> bool:
    """Say whether a gate on the pass-rate drop can pass at n cases.

    It can if no flip at all leaves the lower limit of `paired_proportion` at -max_drop or above.
    `max_drop` lies in (0, 1), a share of the cases; raises ValueError otherwise.
    """
    checked_counts(n)
    return paired_proportion(0, 0, n, confidence).low >= -checked_share(max_drop, "max_drop")


def cases_to_pass(max_drop: float, confidence: float = 0.95) -> int:
    """Give the smallest n at which `reachable` holds, z^2 (1 - max_drop) / max_drop rounded up.

    `max_drop` lies in (0, 1); raises ValueError otherwise.
    """
    checked_share(max_drop, "max_drop")
    z = NormalDist().inv_cdf(0.5 + checked_share(confidence, "confidence") / 2)
    near = ceil(z * z * (1 - max_drop) / max_drop)
    return _first(near, lambda n: reachable(n, max_drop, confidence))


def cases_to_reach(min_rate: float, confidence: float = 0.95) -> int:
    """Give the smallest n at which n hits in n put the lower limit of `proportion` at `min_rate`.

    log(alpha / 2) / log(min_rate) rounded up. `min_rate` lies in (0, 1); raises ValueError
    otherwise.
    """
    checked_share(min_rate, "min_rate")
    checked_share(confidence, "confidence")
    near = ceil(log((1 - confidence) / 2) / log(min_rate))
    return _first(near, lambda n: all_or_none_limit(n, confidence) >= min_rate)


def _first(near: int, holds: Callable[[int], bool]) -> int:
    """Give the first n >= 1 that holds, looking from just below `near`: a formula rounds."""
    n = max(1, near - 2)
    while not holds(n):
        n += 1
    return n
