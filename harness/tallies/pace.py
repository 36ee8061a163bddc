"""Whether calls were sent as fast as a rate asked for, seen by when they were due and started."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

_FEWEST = 20
"""Starts from which a rate is read."""
_PAUSE_S = 10.0
"""Without a call that was due: nothing was to be sent, or the run was interrupted."""
_PAUSE_CALLS = 10
"""The same in calls, where the rate is low."""


@dataclass(slots=True)
class Pace:
    """Takes starts in any order; memory grows by twelve bytes each."""

    _starts: "array[float]" = field(default_factory=lambda: array("d"))
    _late_s: "array[float]" = field(default_factory=lambda: array("f"))

    def add(self, started_at: float, late_s: float) -> None:
        """Take in a call that started at a time, so many seconds after it was due."""
        self._starts.append(started_at)
        self._late_s.append(late_s)

    def __len__(self) -> int:
        """Count the starts."""
        return len(self._starts)

    def kept_per_s(self, rate: float) -> float | None:
        """Give the calls a second that a schedule came to; None: too few to say.

        The schedule says how long the calls should have taken to send, the starts how long they
        did. Retries take turns in the schedule, as calls do; what a cap on tokens held back is put
        off in it, and so is what was not to be sent yet.
        """
        took_s, was_to_take_s = self._gaps_s(rate)
        took = sum(took_s)
        return min(rate, rate * max(0.0, sum(was_to_take_s)) / took) if took > 0.0 else None

    def started_per_s(self, rate: float) -> float | None:
        """Give the starts a second, whatever held calls back; None: too few to say."""
        took_s, _ = self._gaps_s(rate)
        took = sum(took_s)
        return len(took_s) / took if took > 0.0 else None

    def _gaps_s(self, rate: float) -> tuple[Sequence[float], Sequence[float]]:
        """Give the times between starts, and between the moments they were due, without pauses."""
        import numpy as np

        if len(self._starts) < _FEWEST:
            return (), ()
        starts = np.asarray(self._starts, dtype=np.float64)
        order = np.argsort(starts, kind="stable")
        due = (starts - np.asarray(self._late_s, dtype=np.float64))[order]
        took_s, was_to_take_s = np.diff(starts[order]), np.diff(due)
        is_pause = was_to_take_s > _PAUSE_S + _PAUSE_CALLS / rate
        return took_s[~is_pause].tolist(), was_to_take_s[~is_pause].tolist()
