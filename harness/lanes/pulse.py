"""Whether a target still answers: when it is given up, and after what patience."""

from collections.abc import Mapping
from math import inf

from harness.data.exchange import Fault, FaultKind
from harness.lanes.quota import LONGEST_HOLD_S

_AT_ONCE: frozenset[FaultKind] = frozenset({"auth", "billing"})
_AFTER_SOME: frozenset[FaultKind] = frozenset({"auth", "billing", "gated", "not_found", "refused"})
_SOME, _MANY = 5, 10
_GONE_S = 30.0
_PATIENCE_S: Mapping[FaultKind, float] = {"loading": 300.0, "rate_limited": 300.0}
_USUAL_PATIENCE_S = 60.0


class Pulse:
    """Counts what a target left unanswered since its last answer.

    It is given up when it

    - refuses the account (401, 402): at once;
    - refuses five calls in a row for one reason of its own: no such model, conditions, redirects;
    - was never there: five calls in a row that found nobody, and none ever answered;
    - is gone: five attempts that found nobody, and no answer for 30 s;
    - only fails, refuses, hangs up or keeps silent: twice as many calls as may be in flight, ten
      at least, or one that was sent to look, and no answer for 60 s; 300 s when it said since then
      that the model is loading, or that it is asked too much (429); and for as long as it asked to
      be left alone, up to the longest wait for a limit.

    What a case may bring upon itself is no reason: other cases are answered meanwhile.
    """

    def __init__(self, concurrency: int) -> None:
        self._many = max(_MANY, 2 * concurrency)
        self.has_answered = False
        self._since = inf
        """Of the last answer; before there was one, of the first attempt; monotonic seconds."""
        self._unmet = 0
        """Attempts since then that found nobody."""
        self._unserved = 0
        """Calls since then whose first attempt was not answered."""
        self._patience_s = 0.0
        """The longest of what was said since then: a word of a proxy does not take it back."""
        self._in_a_row = 0
        self._last_kind = ""

    def answered(self, now: float) -> None:
        """Learn that an attempt was answered, if only with a refusal."""
        self.has_answered = True
        self._since = now
        self._unmet = self._unserved = 0
        self._patience_s = 0.0

    def missed(
        self,
        fault: Fault,
        now: float,
        sent_at: float,
        *,
        is_unmet: bool,
        is_first: bool,
        is_look: bool = False,
        asked_s: float = 0.0,
    ) -> str:
        """Take in an attempt nobody answered; give why to stop, or nothing.

        `is_unmet`: it found nobody; `is_first`: its call's first; `is_look`: it was sent to look,
        all other calls wait for what it finds; `asked_s`: it was turned away for so long. Times are
        monotonic seconds.
        """
        if self._since == inf:
            self._since = sent_at
        if fault.kind == "rate_limited":  # somebody is there
            self.has_answered, self._unmet = True, 0
        self._unmet += is_unmet
        self._unserved += is_first
        silent_s = now - self._since
        if self._unmet >= _SOME and silent_s >= _GONE_S:
            return f"nobody there for {silent_s:.0f} s, {self._unmet} attempts: {fault.message}"
        usual_s = _PATIENCE_S.get(fault.kind, _USUAL_PATIENCE_S)
        self._patience_s = max(self._patience_s, usual_s, min(asked_s, LONGEST_HOLD_S))
        is_enough = self._unserved >= self._many or (is_look and sent_at >= self._since)
        if is_enough and silent_s >= self._patience_s:
            return f"no answer for {silent_s:.0f} s, {self._unserved} calls: {fault.message}"
        return ""

    def ended(self, fault: Fault | None) -> str:
        """Take in how a call ended, all of its attempts made; give why to stop, or nothing."""
        if fault is None:
            self._in_a_row = 0
            return ""
        self._in_a_row = self._in_a_row + 1 if fault.kind == self._last_kind else 1
        self._last_kind = fault.kind
        if fault.kind in _AT_ONCE and fault.status in {401, 402}:
            return fault.message
        was_never_there = fault.kind == "connect" and not self.has_answered
        if (was_never_there or fault.kind in _AFTER_SOME) and self._in_a_row >= _SOME:
            return f"{self._in_a_row} calls in a row: {fault.message}"
        return ""
