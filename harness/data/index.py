"""Several suites run together: what an index of their reports may say."""

from dataclasses import dataclass, field

from harness.data.dossier import Counts, TargetView
from harness.data.presentation import Presentation
from harness.data.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedRun:
    """One suite of several, as it ended."""

    suite: str
    suite_path: str
    exit_code: int | None = None
    """None: it was not run."""
    problem: str = ""
    """Why there is no verdict, in one sentence; empty: there is one."""
    folder: str = ""
    """The run's folder as seen from that of the index, with `/`; empty: there is none."""
    task: str = ""
    run_id: str = ""
    started_at: str = ""
    """UTC, ISO 8601; empty: it did not start."""
    finished_at: str = ""
    verdict: Verdict | None = None
    targets: tuple[TargetView, ...] = ()
    counts: Counts = field(default_factory=Counts)
    cases: int = 0
    regressed: int = 0
    """Cases that passed before and fail now, over all candidates; `fixed` and `waived` alike."""
    fixed: int = 0
    waived: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Several suites run together, in the order they were named."""

    runs: tuple[IndexedRun, ...]
    exit_code: int
    """The gravest of theirs."""
    words: str
    """What the exit code says."""
    command: str
    """The shell command that runs them all again; empty: not known."""
    presentation: Presentation = field(default_factory=Presentation)
    """How whoever asked for the reports wants them."""
