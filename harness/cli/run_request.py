"""What one invocation of `revgate run` asks for."""

from dataclasses import dataclass, field
from pathlib import Path

from harness.data.presentation import Presentation
from harness.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One suite to run, with its flags."""

    suite: Path | None
    """None with `resume`: the run names its own suite."""
    selection: Selection
    out: Path | None = None
    is_one_of_several: bool = False
    """Whether other suites run beside it: each then gets a folder of its own below `out`."""
    resume: str | None = None
    record: Path | None = None
    replay: Path | None = None
    offline: bool = False
    no_preflight: bool = False
    dry_run: bool = False
    trust: tuple[str, ...] = ()
    quiet: bool = False
    verbose: bool = False
    wants_json: bool = False
    stated_time: float | None = None
    """Of a replay that is to give the same bytes each time: when it is said to be made."""
    presentation: Presentation = field(default_factory=Presentation)
