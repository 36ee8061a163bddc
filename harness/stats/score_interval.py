"""The interval of a difference between two pass rates measured on the same cases."""

from collections.abc import Callable
from math import copysign, inf, sqrt
from statistics import NormalDist

from harness.stats.inputs import checked_counts, checked_share
from harness.stats.interval import Interval

_METHOD = "Tango score"


def paired_proportion(b: int, c: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the candidate's pass rate minus the baseline's, (c - b) / n, in [-1, 1].

    b counts the cases that passed and now fail, c those that failed and now pass, n all cases both
    sides answered. With n = 0 the estimate is 0 and the interval [-1, 1].

    The limits are the differences that a score test, with the discordance estimated under that
    difference, would not reject: Tango 1998, Statistics in Medicine 17:891, equations 13 and 15.
    With no flip at all they are -+ z^2 / (n + z^2). Raises ValueError when the counts do not fit.
    """
    checked_counts(n, b=b, c=c)
    z = NormalDist().inv_cdf(0.5 + checked_share(confidence, "confidence") / 2)
    if n == 0:
        return Interval(estimate=0.0, low=-1.0, high=1.0, confidence=confidence, method="no data")
    low, high = score_limits(b, c, n, z)
    return Interval(estimate=(c - b) / n, low=low, high=high, confidence=confidence, method=_METHOD)


def score_limits(b: float, c: float, n: float, z: float) -> tuple[float, float]:
    """Give the two differences in [-1, 1] whose score statistic is z and -z; n > 0.

    The counts may be fractions, as when asking what a larger sample would show.
    """
    estimate = (c - b) / n
    low = _boundary(lambda difference: _score(difference, b, c, n) > z, -1.0, estimate)
    high = _boundary(lambda difference: _score(difference, b, c, n) < -z, 1.0, estimate)
    return low, high


def _score(difference: float, b: float, c: float, n: float) -> float:
    """Give the score statistic of `difference`; it falls from above 0 to below as that grows."""
    excess = c - b - n * difference
    linear = (2 * n - c + b) * difference - b - c
    constant = -b * difference * (1 - difference)
    root = sqrt(max(0.0, linear * linear - 8 * n * constant))
    # Two forms of the same root of 2n q^2 + linear q + constant; each is exact where the other
    # would subtract two numbers that are nearly equal.
    discordance = -2 * constant / (linear + root) if linear > 0 else (root - linear) / (4 * n)
    variance = n * (2 * discordance + difference * (1 - difference))
    if variance <= 0:
        return copysign(inf, excess) if excess else 0.0
    return excess / sqrt(variance)


def _boundary(is_rejected: Callable[[float], bool], outer: float, inner: float) -> float:
    """Give the value between `outer` (rejected, unless all is kept) and `inner` where it turns."""
    if not is_rejected(outer):
        return outer
    while True:
        middle = (outer + inner) / 2
        if middle in {outer, inner}:
            return outer
        if is_rejected(middle):
            outer = middle
        else:
            inner = middle
