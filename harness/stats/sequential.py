"""The interval that may be looked at after every batch, for a run that stops early."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.stats.betting import bets, betting_limits, log_capital
from harness.stats.inputs import checked_column, checked_share
from harness.stats.interval import Interval
from harness.stats.mean_interval import units_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Outcome = Literal["pass", "fail", "undecided"]

CAP = 0.65
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
    """Units seen: cases, or clusters."""
    decided_at: int | None
    """How many units it took, whatever the batches were; None while undecided."""


class ConfidenceSequence:
    """Watches deltas come in and says as soon as they tell on which side of -margin their mean is.

    The betting confidence sequence on x = (delta + 1) / 2. At each stopping time, chosen in
    whatever way, each of a wrong pass and a wrong fail has probability (1 - confidence) / 2 at
    most, if cases come in random order. Batches may be of any size: what is decided does not
    depend on it, only when it is noticed, and an update costs time in proportion to all cases so
    far. Source: Waudby-Smith and Ramdas 2024 (arXiv 2010.09686).

    Where cases come in clusters, the unit is a whole cluster, and these come in random order. The
    mean is that of `paired_mean`: the sum over all units divided by their size. A bet is laid
    before the size of a unit is known, and wins size / largest * (x - mean): 0 on average at the
    mean, whether or not large clusters do worse than small ones. `largest`, the most cases a
    cluster may have, has to be known before the first.
    """

    def __init__(self, margin: float, confidence: float = 0.95, largest: int = 1) -> None:
        if not 0.0 <= margin < 1.0:
            raise ValueError(f"margin is {margin!r}; give the drop allowed, in [0, 1)")
        if largest < 1:
            raise ValueError(f"largest is {largest!r}; give the most cases a cluster may have")
        self._margin = float(margin)
        self._confidence = checked_share(confidence, "confidence")
        self._largest = largest
        self._labels: set[Hashable] = set()
        self._x: NDArray[np.float64] = np.empty(0)
        self._weights: NDArray[np.float64] = np.empty(0)
        self._limits = (0.0, 1.0)
        self._outcome: Outcome = "undecided"
        self._decided_at: int | None = None

    def update(self, deltas: "ArrayLike", clusters: Collection[Hashable] | None = None) -> Decision:
        """Take the deltas of further cases, shape (k,), k >= 0, in [-1, 1]; give the decision.

        `clusters` gives each delta a label; all cases of a cluster come in one batch. Without them
        every case is a unit of its own.

        Raises ValueError naming the index of a delta that is NaN, infinite or out of range, or the
        cluster that has more than `largest` cases, or came before.
        """
        new = checked_column(deltas, "deltas", low=-1.0, high=1.0)
        sums, sizes = units_of(new, clusters)
        if clusters is not None:
            self._check(clusters, sizes)
        self._x = np.concatenate((self._x, (sums / sizes + 1) / 2))
        self._weights = np.concatenate((self._weights, sizes / self._largest))
        weights = self._weights
        stakes = bets(self._x, weights, self._confidence)
        low, high = betting_limits(
            self._x, weights, stakes, self._confidence, CAP, within=self._limits
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

    def _check(self, clusters: Collection[Hashable], sizes: "NDArray[np.float64]") -> None:
        """Refuse clusters that are too large, or that were given in part before."""
        labels = [*dict.fromkeys(clusters)]
        for label, size in zip(labels, sizes, strict=True):
            if size > self._largest:
                raise ValueError(
                    f"cluster {label!r} has {size:.0f} cases, largest is {self._largest}; give the "
                    "most cases any cluster may have, before the first"
                )
            if label in self._labels:
                raise ValueError(f"cluster {label!r} came before; give its cases in one batch")
        self._labels.update(labels)

    def _decide(
        self, weights: "NDArray[np.float64]", stakes: "NDArray[np.float64]"
    ) -> tuple[Outcome, int | None]:
        """Give which side's capital first reached 1 / level against a mean of -margin, and when."""
        threshold = log(2 / (1 - self._confidence))
        edge = (1 - self._margin) / 2
        reached: list[tuple[int, Outcome]] = []
        sides: tuple[tuple[Outcome, bool], ...] = (("pass", True), ("fail", False))
        for outcome, above in sides:
            capital = log_capital(self._x, weights, stakes, edge, CAP, above=above)
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
        seen = float(self._weights.sum())
        estimate = 2 * float((self._weights * self._x).sum()) / seen - 1 if seen else 0.0
        return Interval(
            estimate=estimate,
            low=min(low, estimate),
            high=max(high, estimate),
            confidence=self._confidence,
            method=self._method(),
        )

    def _method(self) -> str:
        if not len(self._x):
            return "no data"
        return "betting sequence, clustered" if self._labels else "betting sequence"
