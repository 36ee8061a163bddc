"""A lock: what each target's names stood for on the Hub when they were resolved."""

from pathlib import Path
from typing import Literal

from harness.data.noun import Noun
from harness.hub import Commit, FileChange, ModelFacts

SCHEMA = 1
"""Of the file; raised when a reader of the one before would misread it."""


class LockedTarget(Noun, frozen=True, kw_only=True):
    """One target: what the suite asks for, what the Hub made of it."""

    name: str
    provider: str
    asked_model: str
    """The repository as the suite names it."""
    asked_revision: str | None
    """The revision as the suite names it; None: the head of the repository."""
    facts: ModelFacts


class Upstream(Noun, frozen=True, kw_only=True):
    """What happened to a model's repository from the baseline's commit to another target's."""

    target: str
    model: str
    before: str
    """The baseline's commit."""
    after: str
    """The target's commit."""
    direction: Literal["later", "earlier", "apart"]
    """Where the target stands from the baseline; `apart`: neither is in the other's history."""
    commits: tuple[Commit, ...]
    """Newest first; of sides that are apart, the last ones of the target."""
    files: tuple[FileChange, ...]
    """What differs, what answers are made of first: weights, config, ..., other."""
    is_cut: bool = False
    """Whether there are more commits or files than are kept."""


class Lock(Noun, frozen=True, kw_only=True):
    """All targets of a suite whose model lies on the Hub, in the suite's order."""

    suite: str
    targets: tuple[LockedTarget, ...]
    upstream: tuple[Upstream, ...] = ()
    """Of the targets that are another commit of the baseline's model."""

    def target(self, name: str) -> LockedTarget | None:
        """Give the entry of a target, None when there is none."""
        return next((target for target in self.targets if target.name == name), None)


def lock_path(suite: Path) -> Path:
    """Give where a suite's lock lies: `suites/sst2.yaml` has `suites/sst2.lock`."""
    return suite.with_suffix(".lock")
