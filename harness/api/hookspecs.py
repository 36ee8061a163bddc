"""The hooks: four that collect plugins, two that observe."""

from collections.abc import Iterable

import pluggy

from harness.api.kinds import Check, Provider, Reporter, Task
from harness.data.record import Record
from harness.data.verdict import Verdict

hookspec = pluggy.HookspecMarker("harness")
hookimpl = pluggy.HookimplMarker("harness")


@hookspec
def harness_tasks() -> Iterable[Task]:
    """Give tasks; collected once, a name clash is an error naming both plugins."""
    return ()


@hookspec
def harness_providers() -> Iterable[Provider]:
    """Give providers."""
    return ()


@hookspec
def harness_checks() -> Iterable[Check]:
    """Give checks."""
    return ()


@hookspec
def harness_reporters() -> Iterable[Reporter]:
    """Give reporters."""
    return ()


@hookspec
def harness_on_record(record: Record) -> None:
    """See a record after it was handed to the store; it cannot be changed; raising is a warning."""


@hookspec
def harness_on_verdict(verdict: Verdict) -> None:
    """See the verdict before reports are written; raising is a warning."""
