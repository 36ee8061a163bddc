"""What a run may send and spend, and what it has."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Permission = Literal["go", "wait", "stop"]
_ROUNDING = 1 + 1e-12
"""Ten calls of 0.1 dollars are within 1 dollar."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """Counts calls, and dollars where the suite bounds them.

    What a call will cost is not known before it is answered. So every call in flight, and the one
    asked about, is reckoned at the dearest its target has shown; a call to a target that has shown
    nothing yet flies alone.
    """

    most_calls: int | None = None
    most_usd: float | None = None
    sent: int = 0
    """Attempts, those before a resume included."""
    spent_usd: float = 0.0
    _dearest: dict[str, float] = field(default_factory=dict)
    _in_flight: Counter[str] = field(default_factory=Counter)
    _unknown: str = ""

    @property
    def spent_calls(self) -> str:
        """Say why nothing more is sent at all; empty while something may be."""
        if self.most_calls is not None and self.sent >= self.most_calls:
            return f"run.max_calls: {self.sent} calls were sent"
        return ""

    @property
    def reason(self) -> str:
        """Say why no new call is started; for the calls `ask` said `stop` to."""
        if self.spent_calls or self.most_usd is None:
            return self.spent_calls
        spent = f"run.max_cost_usd: {self.spent_usd:.6g} of {self.most_usd:g} US dollars are spent"
        if self._unknown:
            return f"{spent}, and an answer of {self._unknown} does not say what it cost"
        return f"{spent}, and the next call may cost more than what is left"

    def ask(self, target: str) -> Permission:
        """Say whether a call to a target may start now, later when others have ended, or never."""
        if self.spent_calls:
            return "stop"
        if self.most_usd is None:
            return "go"
        if self._unknown:
            return "stop"
        flying = {name: n for name, n in self._in_flight.items() if n}
        if target in self._dearest and flying.keys() <= self._dearest.keys():
            reserved = sum(n * self._dearest[name] for name, n in flying.items())
            if self.spent_usd + reserved + self._dearest[target] <= self.most_usd * _ROUNDING:
                return "go"
        elif not flying and self.spent_usd < self.most_usd:
            return "go"
        return "wait" if flying else "stop"

    def start(self, target: str) -> None:
        """Count a call that starts."""
        self._in_flight[target] += 1

    def end(self, target: str, cost_usd: float | None, *, is_answered: bool) -> None:
        """Count a call that ended; one that was not answered costs what is known, or nothing."""
        self._in_flight[target] -= 1
        if self.most_usd is None:
            return
        if cost_usd is None and is_answered:
            self._unknown = self._unknown or target
        if cost_usd is not None:
            self.spent_usd += cost_usd
            self._dearest[target] = max(cost_usd, self._dearest.get(target, 0.0))
