"""Writes the numbers of a gate in the unit of its metric."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from harness.api import GateResult, format_points, format_ratio, format_s, format_share

_SHARES = frozenset(
    {"pass_rate", "agreement", "error_rate", "flaky_rate", "refusal_rate", "truncation_rate"}
)
_LIMITS = {"min": "at least", "max": "at most"}


def gate_value(gate: GateResult, value: float | None) -> str:
    """Give a value of one target in the metric's unit: `87.5 %`, `412 ms`, `3`."""
    return _formatter(gate.metric)(value)


def gate_measured(gate: GateResult) -> str:
    """Give what the gate measured: a difference, a ratio, or the value itself."""
    return _measure(gate)(gate.estimate)


def gate_interval(gate: GateResult) -> str:
    """Give `[low, high]` in the unit of what was measured; empty where there is none."""
    if gate.low is None and gate.high is None:
        return ""
    return interval(_measure(gate), gate.low, gate.high)


def gate_limit(gate: GateResult) -> str:
    """Give the limit in words: `may drop by at most 2.0 points`, `at most ×1.15`."""
    match limit_kind(gate):
        case "max_drop" if gate.metric in _SHARES:
            return f"may drop by at most {abs(gate.limit) * 100:.1f} points"
        case "max_drop":
            return f"may drop by at most {abs(gate.limit):.3g}"
        case "max_rise":
            return f"may rise by at most {gate.limit * 100:.1f} points"
        case "max_ratio":
            return f"at most {format_ratio(gate.limit)}"
        case kind:
            return f"{_LIMITS[kind]} {gate_value(gate, gate.limit)}"


def limit_kind(gate: GateResult) -> str:
    """Give which of `min`, `max`, `max_drop`, `max_ratio`, `max_rise` the rule sets."""
    words = gate.rule.replace(":", " ").split()
    kinds = ("max_drop", "max_ratio", "max_rise", "min", "max")
    return next((kind for kind in kinds if kind in words), "max")


def interval(form: Callable[[float | None], str], low: float | None, high: float | None) -> str:
    """Give `[−1.2, +0.4] points`: a unit that both ends share is written once."""
    first = form(low) if low is not None and math.isfinite(low) else "−∞"
    last = form(high) if high is not None and math.isfinite(high) else "+∞"
    for unit in (" points", " %"):
        if first.endswith(unit) and last.endswith(unit):
            return f"[{first.removesuffix(unit)}, {last.removesuffix(unit)}]{unit}"
    return f"[{first}, {last}]"


def signed(value: float | None) -> str:
    """Give a difference with its sign: `+0.031`, `−0.2`."""
    if value is None or not math.isfinite(value):
        return "—"
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{abs(value):.3g}"


def plain(value: float | None) -> str:
    """Give a number with three digits; a dash for unknown."""
    if value is None or not math.isfinite(value):
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


def dollars(amount: float | None) -> str:
    """Give US dollars: `$12.30`, `$0.00012`; `unknown` for None, which is not `$0`."""
    if amount is None or not math.isfinite(amount):
        return "unknown"
    if amount == 0:
        return "$0"
    if amount < 1e-6:
        return "under $0.000001"
    digits = 2 if amount >= 1 else min(12, 2 - math.floor(math.log10(abs(amount))))
    text = f"{amount:,.{digits}f}"
    return f"${text if amount >= 1 else text.rstrip('0').rstrip('.')}"


def usage_value(unit: str, amount: float | None) -> str:
    """Give what was consumed in its unit: `12,345`, `3.20 s`; `not stated` for None."""
    if amount is None or not math.isfinite(amount):
        return "not stated"
    if unit in ("seconds", "compute_s"):
        return format_s(amount)
    return f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.3g}"


def k_of_n(passed: int, answered: int) -> str:
    """Give `2 of 3`; a dash when nothing was answered."""
    return f"{passed} of {answered}" if answered else "—"


def moment(time: str) -> str:
    """Give `2026-11-21 07:31:00 UTC`; a time that cannot be read, or of another zone, as it is."""
    try:
        read = datetime.fromisoformat(time)
    except ValueError:
        return time
    return f"{read:%Y-%m-%d %H:%M:%S} UTC" if read.utcoffset() == timedelta(0) else time


def span(started_at: str, finished_at: str) -> float | None:
    """Give the seconds between two ISO 8601 times; None where one cannot be read."""
    try:
        start, end = (datetime.fromisoformat(text) for text in (started_at, finished_at))
        return max(0.0, (end - start).total_seconds())
    except (ValueError, TypeError):
        return None


def _formatter(metric: str) -> Callable[[float | None], str]:
    if metric in _SHARES:
        return format_share
    if metric.startswith(("latency", "first_token", "first_byte", "compute")):
        return format_s
    if metric.startswith("cost"):
        return lambda value: plain(value) if value is None else f"${value:.4g}"
    return plain


def _measure(gate: GateResult) -> Callable[[float | None], str]:
    match limit_kind(gate):
        case "max_drop":
            return format_points if gate.metric in _SHARES else signed
        case "max_ratio":
            return format_ratio
        case "max_rise":
            return format_points
        case _:
            return _formatter(gate.metric)
