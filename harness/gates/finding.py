"""What deciding one gate on some rows gives."""

from harness.data.noun import Noun
from harness.data.verdict import Outcome


class GateFinding(Noun, frozen=True, kw_only=True):
    """The numbers of a decision; None where there is none."""

    baseline: float | None = None
    candidate: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    outcome: Outcome
    reason: str
    method: str = "counted"


def undecided(reason: str) -> GateFinding:
    """Give the finding of a gate that has nothing to go by."""
    return GateFinding(outcome="inconclusive", reason=reason, method="none")
