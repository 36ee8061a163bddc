"""Gates and numbers in words."""

from harness.data.suite import Gate
from harness.units import format_ratio, format_share


def rule_of(gate: Gate) -> str:
    """Give the limit as the suite writes it: `max_drop 0.02`."""
    for name in ("max", "min", "max_drop", "max_ratio"):
        value = getattr(gate, name)
        if value is not None:
            text = f"{name} {value:g}"
            if gate.min_effect_ms is not None:
                text += f", min_effect_ms {gate.min_effect_ms:g}"
            return text
    return ""


def share_interval(low: float, high: float) -> str:
    """Give an interval of shares: `[−1.9 %, +0.4 %]`."""
    return f"[{_signed(low)}, {_signed(high)}]"


def ratio_interval(low: float, high: float) -> str:
    """Give an interval of ratios: `[×0.98, ×1.12]`."""
    return f"[{format_ratio(low)}, {format_ratio(high)}]"


def _signed(share: float) -> str:
    text = format_share(abs(share))
    return f"−{text}" if share < 0 else f"+{text}"
