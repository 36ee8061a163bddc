"""Correction for many questions asked of one run."""

from collections.abc import Callable, Sequence
from math import isnan

from harness.stats.inputs import checked_share


def holm(
    rejected_at: Callable[[float], Sequence[bool]], m: int, alpha: float = 0.05
) -> tuple[bool, ...]:
    """Give which of m hypotheses are rejected with at most `alpha` chance of any false rejection.

    `rejected_at(level)` gives, one bool a hypothesis, what is rejected when each is tested at
    `level`; so gates that know only intervals, at confidence 1 - level, can be corrected too.
    Step-down: with R rejected so far the rest are tested at alpha / (m - R), until that rejects
    no more. Source: Holm 1979, Scandinavian Journal of Statistics 6:65. Raises ValueError when
    alpha is not in (0, 1) or `rejected_at` does not give m bools.
    """
    checked_share(alpha, "alpha")
    rejected = [False] * m
    while not all(rejected):
        told = rejected_at(alpha / (m - sum(rejected)))
        if len(told) != m:
            raise ValueError(f"rejected_at gave {len(told)} answers for {m} hypotheses")
        more = [before or bool(now) for before, now in zip(rejected, told, strict=True)]
        if more == rejected:
            break
        rejected = more
    return tuple(rejected)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Give each p-value adjusted for the false discovery rate, in [0, 1], in the order given.

    The r-th smallest of m becomes the least of p_(s) m / s over s >= r. Source: Benjamini and
    Hochberg 1995, JRSS B 57:289. Raises ValueError naming the index of a p-value outside [0, 1].
    """
    for index, p in enumerate(p_values):
        if isnan(p) or not 0.0 <= p <= 1.0:
            raise ValueError(f"p_values[{index}] is {p!r}; give probabilities, leave out the rest")
    m = len(p_values)
    adjusted = [1.0] * m
    least = 1.0
    for rank, index in enumerate(sorted(range(m), key=lambda i: -p_values[i])):
        least = min(least, p_values[index] * m / (m - rank))
        adjusted[index] = least
    return tuple(adjusted)
