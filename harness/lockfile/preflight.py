"""Looks before a run whether its pins are there, open, licensed, and those of the lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.api.kinds import Provider
from harness.data.suite import Suite, Target
from harness.hub import Hub, HubFault, ModelFacts
from harness.lockfile.nouns import Lock
from harness.lockfile.policy import licence_problem
from harness.lockfile.resolving import explained
from harness.lockfile.selecting import HubModel, hub_model

_AGAIN = "look at what changed, and run `revgate lock` again"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightFinding:
    """Something a run should know before its first call."""

    target: str
    message: str
    hint: str = ""
    is_error: bool
    """Whether the run must not start; otherwise it is a warning."""


def preflight(
    suite: Suite,
    lock: Lock | None,
    hub: Hub,
    *,
    providers: Mapping[str, Provider],
    allowed_licences: Sequence[str] = (),
) -> list[PreflightFinding]:
    """Give what speaks against a run, target by target; empty: nothing does.

    Without a lock its part is left out. A Hub that cannot be asked is a warning: the models may
    answer all the same. Targets whose model is not on the Hub are passed over.
    """
    found: list[PreflightFinding] = []
    for target in suite.targets:
        model = hub_model(target, providers[target.provider])
        if isinstance(model, HubModel):
            found += _of_target(target, model, lock, hub, allowed_licences)
    return found


def _of_target(
    target: Target, model: HubModel, lock: Lock | None, hub: Hub, allowed: Sequence[str]
) -> Iterator[PreflightFinding]:
    facts = hub.model_facts(model.name, target.revision)
    if isinstance(facts, HubFault):
        if facts.kind == "repo_not_found" and not model.is_certain:
            return
        fault = explained(facts, hub, model.name, target.revision)
        yield _finding(target, fault.message, fault.hint, is_error=not fault.is_of_the_way)
        return
    if facts.is_disabled:
        yield _finding(target, f"{facts.model} is disabled on the Hub")
    if facts.gated and not hub.has_token:
        hint = "accept its conditions on its page and set HF_TOKEN"
        yield _finding(target, f"{facts.model} is gated, and there is no token", hint)
    if problem := licence_problem(facts.licences, allowed):
        yield _finding(target, f"{facts.model}: {problem}")
    if lock is not None:
        yield from _of_lock(target, model.name, facts, lock)


def _of_lock(
    target: Target, model: str, facts: ModelFacts, lock: Lock
) -> Iterator[PreflightFinding]:
    entry = lock.target(target.name)
    if entry is None:
        yield _finding(target, "the lock does not know this target", _AGAIN)
        return
    asked = (entry.provider, entry.asked_model, entry.asked_revision)
    if asked != (target.provider, model, target.revision):
        yield _finding(target, "the suite asks for something else than the lock", _AGAIN)
    elif entry.facts.commit != facts.commit:
        words = f"the lock says {entry.facts.commit}, the Hub says {facts.commit}"
        yield _finding(target, words, _AGAIN)


def _finding(
    target: Target, message: str, hint: str = "", *, is_error: bool = True
) -> PreflightFinding:
    return PreflightFinding(target=target.name, message=message, hint=hint, is_error=is_error)
