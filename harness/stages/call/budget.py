"""What a run may send and spend, and what it has."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Permission = Literal["go", "wait", "stop"]
_ROUNDING = 1 + 1e-12
"""Ten calls of 0.1 dollars are within 1 dollar."""

_SILENCE = 3
"""Attempts in vain after which a target that has shown no cost is not waited for any more."""


@dataclass(frozen=True, slots=True)
class _Dearest:
    """The most that was seen, US dollars."""

    call: float = 0.0
    """Of one call: its share, where several travelled together."""
    flight: float = 0.0
    """Of one request."""

    def of(self, calls: int) -> float:
        """Give the most that a request with so many calls is reckoned to cost.

        More calls than were seen together cost as much more; fewer may cost the same: a price may
        be of the request.
        """
        return max(self.flight, self.call * calls)

    def or_more(self, call: float, flight: float) -> "_Dearest":
        """Give the most of this and what was seen now."""
        return _Dearest(max(self.call, call), max(self.flight, flight))


@dataclass(slots=True, kw_only=True)
class Budget:
    """Counts calls, and dollars where the suite bounds them.

    What a call will cost is not known before it is answered. So every call in flight, and the one
    asked about, is reckoned at the dearest its target has shown; a request to a target that has
    shown nothing yet flies alone. A target whose first three attempts all ended without an answer
    is not waited for: it may never answer, and every call of every target would go one by one for
    it. It is reckoned at the dearest that any other has shown, as the sides of a comparison cost
    about the same. Should it answer after all, and be dearer, then what is in flight to it at that
    moment, `run.concurrency` requests at most, is how far the bound may be exceeded.
    """

    most_calls: int | None = None
    most_usd: float | None = None
    sent: int = 0
    """Attempts, those before a resume included."""
    spent_usd: float = 0.0
    _dearest: dict[str, _Dearest] = field(default_factory=dict)
    _in_flight: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Requests by their target and the number of their calls."""
    _in_vain: Counter[str] = field(default_factory=Counter)
    """Attempts that ended without an answer and without a cost."""
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

    def ask(self, target: str, calls: int = 1) -> Permission:
        """Say whether a request may start now, later when others have ended, or never.

        It carries at most so many calls to the target.
        """
        if self.spent_calls:
            return "stop"
        if self.most_usd is None:
            return "go"
        if self._unknown:
            return "stop"
        flying = +self._in_flight
        if target not in self._dearest and self.spent_usd >= self.most_usd:
            return "wait" if flying else "stop"
        if all(self._is_reckoned(name) for name in (target, *(name for name, _ in flying))):
            reserved = sum(n * self._most(name, each) for (name, each), n in flying.items())
            if self.spent_usd + reserved + self._most(target, calls) <= self.most_usd * _ROUNDING:
                return "go"
        elif not flying:
            return "go"
        return "wait" if flying else "stop"

    def _is_reckoned(self, target: str) -> bool:
        return target in self._dearest or self._in_vain[target] >= _SILENCE

    def _most(self, target: str, calls: int) -> float:
        own = self._dearest.get(target)
        others = self._dearest.values() if own is None else (own,)
        return max((one.of(calls) for one in others), default=0.0)

    def start(self, target: str, calls: int = 1) -> None:
        """Count a request that starts, with so many calls."""
        self._in_flight[target, calls] += 1

    def end(
        self,
        target: str,
        cost_usd: float | None,
        *,
        is_answered: bool,
        calls: int = 1,
        attempts: int = 1,
    ) -> None:
        """Count a request that ended after so many attempts, with all its calls.

        One that was not answered costs what is known, or nothing.
        """
        self._in_flight[target, calls] -= 1
        if self.most_usd is None:
            return
        if cost_usd is not None:
            self.spent_usd += cost_usd
            seen = self._dearest.get(target, _Dearest())
            self._dearest[target] = seen.or_more(cost_usd / calls, cost_usd)
        elif is_answered:
            self._unknown = self._unknown or target
        else:
            self._in_vain[target] += attempts
