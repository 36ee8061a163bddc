"""How many more cases would probably decide what these could not."""

from collections.abc import Callable
from math import ceil, isfinite, sqrt
from statistics import NormalDist

from harness.stats.inputs import checked_counts, checked_share
from harness.stats.interval import Interval
from harness.stats.score_interval import score_limits

_MOST = 100_000_000
"""Beyond this many cases nothing is promised."""


def required_cases(
    b: int, c: int, n: int, max_drop: float, confidence: float = 0.95, power: float = 0.8
) -> int | None:
    """Give how many cases beyond n would decide a gate on the pass-rate drop, with chance `power`.

    b, c and n are as `paired_proportion` takes them, n >= 1. Supposes that cases to come flip as
    often as those seen, and looks for the least number at which the interval clears -max_drop
    even when luck is as bad as it is once in 1 / (1 - power) times. 0 when n decides already;
    None when no number would, because the rates seen sit on the margin. Raises ValueError when
    counts do not fit, or max_drop, confidence or power is not in (0, 1).
    """
    checked_counts(n, b=b, c=c)
    checked_share(max_drop, "max_drop")
    if n == 0:
        raise ValueError("n is 0; ask cases_to_pass, or measure some cases first")
    normal = NormalDist()
    z = normal.inv_cdf(0.5 + checked_share(confidence, "confidence") / 2)
    luck = normal.inv_cdf(checked_share(power, "power"))
    low, high = score_limits(b, c, n, z)
    if low >= -max_drop or high < -max_drop:
        return 0
    spread = sqrt(max(0.0, (b + c) / n - ((c - b) / n) ** 2))
    passing = (c - b) / n >= -max_drop

    def decides(total: int) -> bool:
        # Bad luck moves c - b; either count takes its part of that as it takes of the variance.
        unlucky = luck * spread * sqrt(total) / max(b + c, 1) * (1 if passing else -1)
        worse, better = b * (total / n + unlucky), c * (total / n - unlucky)
        if min(worse, better) < 0 or worse + better > total:
            return False
        low, high = score_limits(worse, better, total, z)
        return low >= -max_drop if passing else high < -max_drop

    return _beyond(n, decides)


def cases_to_decide(interval: Interval, n: int, threshold: float, power: float = 0.8) -> int | None:
    """Give how many cases beyond n would bring all of `interval` to one side of `threshold`.

    Supposes that the estimate stays, that its limits close in with the square root of the cases,
    and gives the number that succeeds with chance `power`. Both in the interval's unit; of a ratio
    give the logarithms. 0 when it is on one side already; None when the estimate is at the
    threshold or the limits are not finite. Raises ValueError when power is not in (0, 1), or n < 1.
    """
    checked_counts(n)
    if n == 0:
        raise ValueError("n is 0; measure some cases first")
    luck = NormalDist().inv_cdf(checked_share(power, "power"))
    z = NormalDist().inv_cdf(0.5 + interval.confidence / 2)
    distance = abs(interval.estimate - threshold)
    limit = interval.low if interval.estimate >= threshold else interval.high
    width = abs(interval.estimate - limit)
    if width <= distance and distance > 0:
        return 0
    if not isfinite(width) or distance == 0:
        return None
    total = n * (width / distance * (1 + luck / z)) ** 2
    return None if total > _MOST else max(1, ceil(total - n))


def visible_drop(
    b: int, c: int, n: int, max_drop: float, confidence: float = 0.95, power: float = 0.8
) -> float | None:
    """Give the smallest drop of the pass rate, in (max_drop, 1], a gate on it sees at n cases.

    b and c are the flips of a side compared with itself: noise that stays whatever the drop. The
    gate fails with chance `power` then. None where not even a drop of all that passes is seen.
    Raises ValueError when counts do not fit, n is 0, or a share is not in (0, 1).
    """
    checked_counts(n, b=b, c=c)
    if n == 0:
        raise ValueError("n is 0; measure some cases first")
    checked_share(max_drop, "max_drop")
    normal = NormalDist()
    z = normal.inv_cdf(0.5 + checked_share(confidence, "confidence") / 2)
    luck = normal.inv_cdf(checked_share(power, "power"))
    noise = (b + c) / 2
    largest = 1.0 - 2 * noise / n

    def is_seen(drop: float) -> bool:
        spread = sqrt(max(0.0, n * (2 * noise / n + drop - drop * drop)))
        worse = noise + drop * n - luck * spread
        return worse > 0 and score_limits(worse, noise, n, z)[1] < -max_drop

    if largest <= max_drop or not is_seen(largest):
        return None
    low, high = max_drop, largest
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if is_seen(middle) else (middle, high)
    return high


def _beyond(n: int, decides: Callable[[int], bool]) -> int | None:
    """Give the least number to add to n that decides, if adding more does not undo it."""
    short, enough = n, n + 1
    while not decides(enough):
        short, enough = enough, 2 * enough
        if enough > _MOST:
            return None
    while enough - short > 1:
        middle = (short + enough) // 2
        if decides(middle):
            enough = middle
        else:
            short = middle
    return enough - n
