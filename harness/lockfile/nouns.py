"""A lock: what each target's names stood for on the Hub when they were resolved."""

from dataclasses import dataclass
from pathlib import Path

from harness.hub import ModelFacts

SCHEMA = 1
"""Of the file; raised when a reader of the one before would misread it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedTarget:
    """One target: what the suite asks for, what the Hub made of it."""

    name: str
    provider: str
    asked_model: str
    """The repository as the suite names it."""
    asked_revision: str | None
    """The revision as the suite names it; None: the head of the repository."""
    facts: ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """All targets of a suite whose model lies on the Hub, in the suite's order."""

    suite: str
    targets: tuple[LockedTarget, ...]

    def target(self, name: str) -> LockedTarget | None:
        """Give the entry of a target, None when there is none."""
        return next((target for target in self.targets if target.name == name), None)


def lock_path(suite: Path) -> Path:
    """Give where a suite's lock lies: `suites/sst2.yaml` has `suites/sst2.lock`."""
    return suite.with_suffix(".lock")
