"""What one target's answers consumed and cost, added up."""

from collections import Counter
from dataclasses import dataclass, field
from math import isfinite

from harness.data.record import Usage

_UNITS = ("compute_s", "input_tokens", "output_tokens", "characters", "images", "seconds")


@dataclass(slots=True)
class Consumption:
    """Sums over answers; a unit that no answer states is not there."""

    units: dict[str, float] = field(default_factory=dict)
    stated: Counter[str] = field(default_factory=Counter)
    """Answers that state a unit, by its name; `cost_usd` among them."""
    cost_usd: float | None = None
    """US dollars; None: no answer's cost is known."""

    def add(self, usage: Usage) -> None:
        """Take in one answer; a number that is none is left out."""
        for unit in _UNITS:
            value: float | None = getattr(usage, unit)
            if value is not None and isfinite(value) and value >= 0:
                self.units[unit] = self.units.get(unit, 0) + value
                self.stated[unit] += 1
        if usage.cost_usd is not None:
            self.cost_usd = (self.cost_usd or 0.0) + usage.cost_usd
            self.stated["cost_usd"] += 1
