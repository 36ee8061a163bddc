"""Resolves the targets of a suite to commits, and says why one cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.data.noun import replace
from harness.hub import Hub, HubFault, ModelFacts, is_commit_id
from harness.lockfile.asked import Asked, AskedTarget
from harness.lockfile.nouns import Lock, LockedTarget
from harness.lockfile.selecting import HubModel
from harness.suitefile.problems.suggest import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What came of one target."""

    asked: AskedTarget
    entry: LockedTarget | None = None
    fault: HubFault | None = None
    """Set when it cannot be resolved."""
    skipped: str = ""
    """Why it has no entry without that being wrong: its model is not on the Hub."""


def resolve(asked: Asked, hub: Hub) -> tuple[Resolved, ...]:
    """Ask the Hub for every target; in the order of the suite."""
    return tuple(_resolve(target, hub) for target in asked.targets)


def lock_of(suite: str, resolved: Iterable[Resolved]) -> Lock:
    """Give the lock of what was resolved."""
    return Lock(suite=suite, targets=tuple(one.entry for one in resolved if one.entry is not None))


def explained(fault: HubFault, hub: Hub, model: str, revision: str | None) -> HubFault:
    """Say of a missing revision that it vanished, or what it may have been meant to be."""
    if fault.kind != "revision_not_found" or revision is None:
        return fault
    if is_commit_id(revision):
        head = hub.model_facts(model)
        now = f"; its head is {head.commit} now" if isinstance(head, ModelFacts) else ""
        return replace(
            fault,
            message=f"commit {revision} has vanished from {model}{now}",
            hint="its history was rewritten or the repository made anew: nobody can load that "
            "commit any more; pin one that is there and compare again",
        )
    refs = hub.refs(model)
    message = f"{model} has no branch, tag or commit {revision!r}"
    if isinstance(refs, HubFault):
        return replace(fault, message=message)
    names = [ref.name for ref in refs]
    return replace(fault, message=message, hint=did_you_mean(revision, names, "it has"))


def _resolve(asked: AskedTarget, hub: Hub) -> Resolved:
    target, model = asked.target, asked.model
    if not isinstance(model, HubModel):
        return Resolved(asked=asked, skipped=model.reason)
    facts = hub.model_facts(model.name, target.revision)
    if isinstance(facts, ModelFacts):
        entry = LockedTarget(
            name=target.name,
            provider=target.provider,
            asked_model=model.name,
            asked_revision=target.revision,
            facts=facts,
        )
        return Resolved(asked=asked, entry=entry)
    if facts.kind == "repo_not_found" and not model.is_certain:
        return Resolved(asked=asked, skipped=f"the Hub has no model {model.name}")
    return Resolved(asked=asked, fault=explained(facts, hub, model.name, target.revision))
