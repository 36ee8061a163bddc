"""What a gate is asked of: the rows, how sure to be, how calls were made."""

from collections.abc import Mapping
from typing import Literal

from msgspec import field

from harness.data.comparison import Estimate
from harness.data.noun import Noun
from harness.data.suite import Gate, RunSettings
from harness.gates.rows import Rows
from harness.gates.watch import Watch

CONFIDENCE = 0.95
"""Two-sided; of a gate that names none."""


class Question(Noun, frozen=True, kw_only=True):
    """One gate put to some rows of one comparison."""

    gate: Gate
    rows: Rows
    confidence: float = CONFIDENCE
    run: RunSettings = field(default_factory=RunSettings)
    ratios: Mapping[str, Estimate] = field(default_factory=dict)
    """Latency ratios that were estimated already, by metric: of every case, with `run.seed`."""
    better: Mapping[str, Literal["higher", "lower", "neither"]] = field(default_factory=dict)
    """Of the task's measures, by name."""
    watch: Watch | None = None
    """What was looked for after any of the rows; they are then in the order of asking."""
    unmeasured: str = ""
    """Answers that no latency counts for a reason a reader should know, in words."""
