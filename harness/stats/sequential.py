"""The interval that may be looked at after every batch, for a run that stops early."""

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.stats.betting import bets, betting_limits, log_capital
from harness.stats.inputs import checked_column, checked_share
from harness.stats.interval import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Outcome = Literal["pass", "fail", "undecided"]

_CAP = 0.65
"""Share of the capital one bet may lose. Between 0.5 and 0.75 a higher cap decides sooner when
hardly a case differs, later when many do; 0.65 costs neither more than a tenth."""

_HAIR = 1e-9
"""How far below -margin the interval of a fail ends at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the cases so far say about a drop of `margin`."""

    outcome: Outcome
    """`pass`: the drop is `margin` at most; `fail`: it is more; the first one reached stays."""
    interval: Interval
    """Of the mean delta, in [-1, 1]; covers it at all times at once."""
    n: int
    """Cases seen."""
    decided_at: int | None
    """How many cases it took, whatever the batches were; None while undecided."""


class ConfidenceSequence:
    """Watches deltas come in and says as soon as they tell on which side of -margin their mean is.

    The betting confidence sequence on x = (delta + 1) / 2. At each stopping time, chosen in
    whatever way, each of a wrong pass and a wrong fail has probability (1 - confidence) / 2 at
    most, if cases come in random order. Batches may be of any size: what is decided does not
    depend on it, only when it is noticed, and an update costs time in proportion to all cases so
    far. Source: Waudby-Smith and Ramdas 2024 (arXiv 2010.09686).
    """

    def __init__(self, margin: float, confidence: float = 0.95) -> None:
        if not 0.0 <= margin < 1.0:
            raise ValueError(f"margin is {margin!r}; give the drop allowed, in [0, 1)")
        self._margin = float(margin)
        self._confidence = checked_share(confidence, "confidence")
        self._x: NDArray[np.float64] = np.empty(0)
        self._limits = (0.0, 1.0)
        self._outcome: Outcome = "undecided"
        self._decided_at: int | None = None

    def update(self, deltas: "ArrayLike") -> Decision:
        """Take the deltas of further cases, shape (k,), k >= 0, in [-1, 1]; give the decision.

        Raises ValueError naming the index of a delta that is NaN, infinite or out of range.
        """
        new = checked_column(deltas, "deltas", low=-1.0, high=1.0)
        self._x = np.concatenate((self._x, (new + 1) / 2))
        weights = np.ones_like(self._x)
        stakes = bets(self._x, weights, self._confidence)
        low, high = betting_limits(
            self._x, weights, stakes, self._confidence, _CAP, within=self._limits
        )
        # Crossed limits mean that the sequence has missed, once in 1 / (1 - confidence) runs at
        # most; the last range that was one is then kept.
        if low <= high:
            self._limits = (low, high)
        if self._outcome == "undecided" and len(new):
            self._outcome, self._decided_at = self._decide(weights, stakes)
        return Decision(
            outcome=self._outcome,
            interval=self._interval(),
            n=len(self._x),
            decided_at=self._decided_at,
        )

    def _decide(
        self, weights: "NDArray[np.float64]", stakes: "NDArray[np.float64]"
    ) -> tuple[Outcome, int | None]:
        """Give which side's capital first reached 1 / level against a mean of -margin, and when."""
        threshold = log(2 / (1 - self._confidence))
        edge = (1 - self._margin) / 2
        reached: list[tuple[int, Outcome]] = []
        sides: tuple[tuple[Outcome, bool], ...] = (("pass", True), ("fail", False))
        for outcome, above in sides:
            capital = log_capital(self._x, weights, stakes, edge, _CAP, above=above)
            if (capital >= threshold).any():
                reached.append((int((capital >= threshold).argmax()) + 1, outcome))
        if not reached:
            return "undecided", None
        at, outcome = min(reached)
        return outcome, at

    def _interval(self) -> Interval:
        low, high = (2 * limit - 1 for limit in self._limits)
        # Bisection stops short of the limit by a hair, which must not contradict the decision.
        if self._outcome == "pass":
            low = max(low, -self._margin)
        elif self._outcome == "fail":
            high = min(high, -self._margin - _HAIR)
        estimate = float(2 * self._x.mean() - 1) if len(self._x) else 0.0
        return Interval(
            estimate=estimate,
            low=min(low, estimate),
            high=max(high, estimate),
            confidence=self._confidence,
            method="betting sequence" if len(self._x) else "no data",
        )


def cases_to_settle(margin: float, delta: float = 0.0, confidence: float = 0.95) -> int | None:
    """Give how many cases, all of one `delta`, decide a `ConfidenceSequence`; None: not a million.

    A delta of 0 says how many that stay the same let it pass, -1 how many that get worse fail it.
    """
    cases = 1_024
    while cases <= 1 << 20:
        x = np.full(cases, (delta + 1) / 2)
        ones = np.ones(cases)
        stakes = bets(x, ones, checked_share(confidence, "confidence"))
        edge, threshold = (1 - margin) / 2, log(2 / (1 - confidence))
        capital = log_capital(x, ones, stakes, edge, _CAP, above=delta > -margin)
        if (capital >= threshold).any():
            return int((capital >= threshold).argmax()) + 1
        cases *= 4
    return None
