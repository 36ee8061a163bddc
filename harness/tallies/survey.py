"""What one pass over the stored cases of a run gives."""

from collections.abc import Iterable, Mapping, Sequence

from harness.data.comparison import Change, Comparison
from harness.data.dossier import Counts
from harness.data.noun import Noun
from harness.tallies.tally import Tally


class Survey(Noun, frozen=True, kw_only=True):
    """Everything one pass over the stored cases gives."""

    tallies: Mapping[str, Tally]
    comparisons: tuple[Comparison, ...]
    counts: Counts
    cases: int
    changes: Mapping[str, Sequence[Change]]
    """What became of every case, in order, by candidate."""


def counts_of(tallies: Iterable[Tally]) -> Counts:
    """Give how the planned calls of all targets ended."""
    tallies = list(tallies)

    def total(state: str) -> int:
        return sum(tally.states[state] for tally in tallies)

    passed, failed = total("passed"), total("failed")
    faults, skipped, cancelled = total("fault"), total("skipped"), total("cancelled")
    return Counts(
        planned=passed + failed + faults + skipped + cancelled,
        answered=passed + failed,
        passed=passed,
        failed=failed,
        faults=faults,
        skipped=skipped,
        cancelled=cancelled,
        saved=sum(tally.saved for tally in tallies),
        attempts=sum(tally.attempts for tally in tallies),
        replayed=sum(tally.replayed for tally in tallies),
    )
