"""The decision: per gate and overall."""

from dataclasses import dataclass
from typing import Literal

from harness.data.suite import Level

Outcome = Literal["pass", "fail", "inconclusive"]
Overall = Literal["pass", "fail", "inconclusive", "invalid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate decided for one candidate (and slice)."""

    metric: str
    rule: str
    """The limit in words: `max_drop 0.02`."""
    target: str
    slice: str | None
    level: Level
    baseline: float | None
    candidate: float | None
    estimate: float | None
    low: float | None
    high: float | None
    limit: float
    outcome: Outcome
    reason: str
    """One sentence: what was seen against what is allowed, and what is missing."""
    method: str = ""
    confidence: float = 0.95
    """Two-sided, of the interval from `low` to `high`."""
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome, why, and the process exit code that says it."""

    outcome: Overall
    exit_code: int
    reasons: tuple[str, ...]
    """At least one sentence; the first is the headline."""
    gates: tuple[GateResult, ...] = ()
