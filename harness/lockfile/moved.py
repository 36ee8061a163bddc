"""Finds pins that the head of their repository has left behind."""

from harness.data.noun import Noun
from harness.hub import Drift, Hub, HubFault, ModelFacts, drift_between
from harness.lockfile.nouns import Lock, LockedTarget


class Moved(Noun, frozen=True, kw_only=True):
    """A target whose commit is not the newest one."""

    target: str
    model: str
    before: str
    after: str
    drift: Drift | HubFault
    """What changed, or why that cannot be said."""
    has_vanished: bool = False
    """Whether `before` is no longer in the repository."""


def outdated(lock: Lock, hub: Hub) -> tuple[Moved, ...]:
    """Give the targets whose commit is behind the head of their repository."""
    found = []
    for target in lock.targets:
        head = hub.model_facts(target.facts.model)
        if isinstance(head, ModelFacts) and head.commit != target.facts.commit:
            found.append(_moved(target, target.facts.commit, head.commit, hub))
    return tuple(found)


def moved_since(before: Lock | None, after: Lock, hub: Hub) -> tuple[Moved, ...]:
    """Give the targets whose name stands for another commit than the lock says."""
    found = []
    for target in after.targets:
        old = before.target(target.name) if before is not None else None
        if old is None or not _is_same_question(old, target):
            continue
        if old.facts.commit != target.facts.commit:
            found.append(_moved(target, old.facts.commit, target.facts.commit, hub))
    return tuple(found)


def _is_same_question(old: LockedTarget, new: LockedTarget) -> bool:
    return (old.asked_model, old.asked_revision) == (new.asked_model, new.asked_revision)


def _moved(target: LockedTarget, before: str, after: str, hub: Hub) -> Moved:
    model = target.facts.model
    there = hub.model_facts(model, before)
    has_vanished = isinstance(there, HubFault) and there.kind == "revision_not_found"
    drift = there if isinstance(there, HubFault) else drift_between(hub, model, before, after)
    return Moved(
        target=target.name,
        model=model,
        before=before,
        after=after,
        drift=drift,
        has_vanished=has_vanished,
    )
