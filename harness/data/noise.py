"""What a suite sees where there is nothing to see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The noise floor of a suite, from its baseline compared with itself."""

    alarms: int
    """Relabellings in which a gate of level error failed."""
    relabellings: int
    low: float
    """Of the false-alarm rate, exact (Clopper and Pearson), confidence 0.95."""
    high: float
    cases: int
    visible_drop: float | None = None
    """The smallest drop of the pass rate that is seen with chance 0.8; None: none, or not asked."""
    run_id: str = ""
