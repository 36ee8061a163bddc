"""Holds a range of values against a limit, and an outcome against what is missing."""

from harness import stats
from harness.data.suite import Gate
from harness.data.verdict import Outcome

Span = tuple[float, float]
"""The least and the greatest value a quantity may have; one value twice where it was counted."""

_ROUNDING = 1e-12


def at_most(span: Span, limit: float) -> Outcome:
    """Give pass when all of the span is at the limit or below, fail when all of it is above."""
    low, high = span
    if high <= limit + _ROUNDING:
        return "pass"
    return "fail" if low > limit + _ROUNDING else "inconclusive"


def at_least(span: Span, limit: float) -> Outcome:
    """Give pass when all of the span is at the limit or above, fail when all of it is below."""
    low, high = span
    if low >= limit - _ROUNDING:
        return "pass"
    return "fail" if high < limit - _ROUNDING else "inconclusive"


def survives(observed: Outcome, at_worst: Outcome, at_best: Outcome) -> Outcome:
    """Give the outcome that holds whatever the missing answers would have been."""
    if observed == "pass" and at_worst != "pass":
        return "inconclusive"
    if observed == "fail" and at_best != "fail":
        return "inconclusive"
    return observed


def judged(gate: Gate, interval: stats.Interval) -> Span:
    """Give what a counted gate is held against: what was seen, or by `confidence` an interval."""
    if gate.confidence is None:
        return interval.estimate, interval.estimate
    return interval.low, interval.high


def method_of(gate: Gate, interval: stats.Interval) -> str:
    """Give the name of what decided: `counted`, or that of the interval."""
    return "counted" if gate.confidence is None else interval.method
