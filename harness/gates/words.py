"""Gates and numbers in words."""

from harness.data.suite import Gate
from harness.stats.interval import Interval
from harness.units import format_ratio, format_s, format_share, plural


def limit_name(gate: Gate) -> str:
    """Give which limit the gate sets: `max_drop`."""
    names = ("max", "min", "max_drop", "max_ratio", "max_rise")
    return next(name for name in names if getattr(gate, name) is not None)


def rule_of(gate: Gate) -> str:
    """Give the limit as the suite writes it: `max_drop 0.02`."""
    text = f"{limit_name(gate)} {gate.limit:g}"
    return text if gate.min_effect_ms is None else f"{text}, min_effect_ms {gate.min_effect_ms:g}"


def sure(confidence: float) -> str:
    """Give how sure an interval is: `with 95 % confidence`."""
    return f"with {confidence * 100:.4g} % confidence"


def at_any_time(interval: Interval) -> str:
    """Give how often one may have looked: `at any stop `; empty for one look at the end."""
    return "at any stop " if interval.method.startswith("betting sequence") else ""


_SHARES = frozenset(
    {
        "pass_rate", "mean_score", "agreement", "error_rate", "flaky_rate", "refusal_rate",
        "truncation_rate",
    }
)  # fmt: skip


def value_words(metric: str, value: float) -> str:
    """Give a metric's value in its unit: `87.5 %`, `412 ms`, `$1.2`, `3`."""
    if metric in _SHARES:
        return format_share(value)
    if metric.startswith(("latency_p", "first_token_p")):
        return format_s(value)
    return f"${value:.4g}" if metric == "cost" else f"{value:.4g}"


def up_to_points(change: float) -> str:
    """Give how large a change of a share may be: `up to 2 points`, `up to 1 point`."""
    size = f"{change * 100:.3g}"
    return f"up to {size} point{'' if size == '1' else 's'}"


def between_points(low: float, high: float) -> str:
    """Give an interval of differences: `between −4.1 and +0.3 points`."""
    return f"between {_points(low)} and {_points(high)} points"


def between_shares(low: float, high: float) -> str:
    """Give an interval of shares: `between 91.0 % and 96.4 %`."""
    return f"between {format_share(low)} and {format_share(high)}"


def between_ratios(low: float, high: float) -> str:
    """Give an interval of ratios: `between ×0.98 and ×1.12`."""
    return f"between {format_ratio(low)} and {format_ratio(high)}"


def share_interval(low: float, high: float) -> str:
    """Give an interval of differences of shares: `[−1.9 %, +0.4 %]`."""
    return f"[{_signed(low)}, {_signed(high)}]"


def ratio_interval(low: float, high: float) -> str:
    """Give an interval of ratios: `[×0.98, ×1.12]`."""
    return f"[{format_ratio(low)}, {format_ratio(high)}]"


def with_missing(count: int) -> str:
    """Give `1 case has a missing answer`, `2 cases have a missing answer`."""
    return f"{plural(count, 'case')} {'has' if count == 1 else 'have'} a missing answer"


def more_cases(count: int | None) -> str:
    """Give how many more cases would probably decide."""
    if not count:
        return "undecided, and what was seen is too close to the limit for more cases to help"
    return f"undecided, about {plural(count, 'more case')} would probably decide it"


def _points(difference: float) -> str:
    size = f"{abs(difference) * 100:.1f}"
    return f"{'−' if difference < 0 else '+'}{size}" if size != "0.0" else size


def _signed(share: float) -> str:
    text = format_share(abs(share))
    return f"−{text}" if share < 0 else f"+{text}"
