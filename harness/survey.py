"""What one pass over the stored cases of a run gives."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.data.comparison import Change, Comparison
from harness.data.dossier import Counts
from harness.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything one pass over the stored cases gives."""

    tallies: Mapping[str, Tally]
    comparisons: tuple[Comparison, ...]
    counts: Counts
    cases: int
    changes: Mapping[str, Mapping[Change, int]]
    """By candidate."""
