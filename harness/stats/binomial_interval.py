"""The interval of a single proportion."""

from math import sqrt
from statistics import NormalDist

from harness.stats.beta import beta_quantile
from harness.stats.inputs import checked_counts, checked_share
from harness.stats.interval import Interval


def proportion(k: int, n: int, confidence: float = 0.95) -> Interval:
    """Give k / n, in [0, 1]: Wilson's score interval, Clopper and Pearson's when k is 0 or n.

    With n = 0 the estimate is 0 and the interval [0, 1]. Source: Brown, Cai and DasGupta 2001,
    Statistical Science 16:101. Raises ValueError when the counts do not fit.
    """
    checked_counts(n, k=k)
    checked_share(confidence, "confidence")
    if n == 0:
        return Interval(estimate=0.0, low=0.0, high=1.0, confidence=confidence, method="no data")
    if k in {0, n}:
        sure = all_or_none_limit(n, confidence)
        low, high = (sure, 1.0) if k else (0.0, 1.0 - sure)
        method = "Clopper-Pearson"
    else:
        low, high = _wilson(k, n, NormalDist().inv_cdf(0.5 + confidence / 2))
        method = "Wilson"
    return Interval(estimate=k / n, low=low, high=high, confidence=confidence, method=method)


def exact_proportion(k: int, n: int, confidence: float = 0.95) -> Interval:
    """Give k / n, in [0, 1], with the exact interval, which never errs more often than it says.

    The shares at which k or more, and k or fewer, of n come with chance (1 - confidence) / 2:
    Clopper and Pearson 1934, Biometrika 26:404. With n = 0 the interval is [0, 1]. Raises
    ValueError when the counts do not fit.
    """
    checked_counts(n, k=k)
    tail = (1 - checked_share(confidence, "confidence")) / 2
    low = beta_quantile(k, n - k + 1, tail) if k else 0.0
    high = beta_quantile(k + 1, n - k, 1 - tail) if k < n else 1.0
    estimate, method = (k / n, "Clopper-Pearson") if n else (0.0, "no data")
    return Interval(estimate=estimate, low=low, high=high, confidence=confidence, method=method)


def all_or_none_limit(n: int, confidence: float) -> float:
    """Give the exact lower limit of a proportion seen n times in n, (alpha / 2)^(1 / n)."""
    return float(((1 - confidence) / 2) ** (1 / n))


def _wilson(k: int, n: int, z: float) -> tuple[float, float]:
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
    return max(0.0, centre - half), min(1.0, centre + half)
