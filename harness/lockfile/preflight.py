"""Looks before a run whether its pins are there, open, licensed, and those of the lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.data.suite import Suite, Target
from harness.hub import Hub, HubFault, ModelFacts, is_commit_id
from harness.lockfile.concerned import concerned
from harness.lockfile.nouns import Lock, LockedTarget
from harness.lockfile.policy import licence_problem
from harness.lockfile.resolving import explained

_SHORT = 12
_AGAIN = "look at what changed, and run `revgate lock` again"
_STOPS = frozenset({"disabled", "gated", "revision_not_found"})
"""Refusals of the Hub that say: nobody can load this, or you may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightFinding:
    """Something a run should know before its first call."""

    target: str
    """Empty: it concerns the suite as a whole."""
    message: str
    hint: str = ""
    is_error: bool
    """Whether the run must not start; otherwise it is a warning."""
    is_outdated: bool = False
    """Whether all it says is that the repository has moved on: a run that is gone on with bears
    that."""
    is_of_the_way: bool = False
    """Whether the Hub could not be asked, which may pass."""


def preflight(
    suite: Suite,
    lock: Lock | None,
    hub: Hub | None,
    *,
    providers: Mapping[str, Provider],
    allowed_licences: Sequence[str] = (),
) -> list[PreflightFinding]:
    """Give what speaks against a run, target by target; empty: nothing does.

    Without a lock its part is left out. A Hub that cannot be asked (None: it must not be) is a
    warning, since the models may answer all the same; but licences that are policed have to be
    known, from the Hub or from the lock.
    """
    look = _Look(lock, hub, tuple(allowed_licences))
    found: list[PreflightFinding] = []
    asked = concerned(suite, providers, are_licences_policed=bool(allowed_licences))
    for target, model in asked:
        found += look.at(
            target, model.name, providers[target.provider], is_certain=model.is_certain
        )
    if asked and lock is None:
        words = f"there is no lock beside {suite.path.name}: nothing says what its names stood for"
        hint = f"`revgate lock {suite.path}` writes one"
        found.append(PreflightFinding(target="", message=words, hint=hint, is_error=False))
    return found


@dataclass(slots=True)
class _Look:
    """What the targets of one suite are held against."""

    lock: Lock | None
    hub: Hub | None
    allowed: tuple[str, ...]
    _away: HubFault | None = field(default=None)
    """Once the Hub was found to be away, it is not waited for again."""

    def at(
        self, target: Target, model: str, provider: Provider, *, is_certain: bool
    ) -> Iterator[PreflightFinding]:
        entry = self.lock.target(target.name) if self.lock is not None else None
        if self.hub is None:
            if self.allowed:
                yield from self._of_lost_policy(target, entry, is_of_the_way=True)
            return
        facts = self._away or self.hub.model_facts(model, target.revision)
        if isinstance(facts, ModelFacts):
            yield from self._of_facts(target, facts, self.hub)
            yield from self._of_head(target, facts, self.hub, provider)
            if self.lock is not None:
                yield from _of_lock(target, model, facts, entry)
            return
        if facts.kind == "repo_not_found" and not is_certain:
            return
        if facts.kind == "unreachable":
            self._away = facts
        fault = explained(facts, self.hub, model, target.revision)
        stops = fault.kind in _STOPS
        yield _finding(target, fault.message, fault.hint, is_error=stops)
        if not stops and self.allowed:
            yield from self._of_lost_policy(target, entry, is_of_the_way=fault.is_of_the_way)

    def _of_facts(self, target: Target, facts: ModelFacts, hub: Hub) -> Iterator[PreflightFinding]:
        if facts.is_disabled:
            hint = "the Hub or its authors switched it off: choose another model"
            yield _finding(target, f"{facts.model} is disabled on the Hub", hint)
        if facts.gated:
            yield from _of_gate(target, facts, hub)
        if problem := licence_problem(facts.licences, self.allowed):
            hint = "choose another model, or allow it in the suite's `licenses`"
            yield _finding(target, f"{facts.model}: {problem}", hint)

    def _of_head(
        self, target: Target, facts: ModelFacts, hub: Hub, provider: Provider
    ) -> Iterator[PreflightFinding]:
        """Say that a pin is behind the head of its repository, or cannot be served for that."""
        if not is_commit_id(target.revision):
            return
        head = hub.model_facts(facts.model)
        if not isinstance(head, ModelFacts) or head.commit == facts.commit:
            return
        pin, newest = facts.commit[:_SHORT], head.commit[:_SHORT]
        if provider.head_only(target):
            yield PreflightFinding(
                target=target.name,
                message=f"{provider.name} serves only the head of {facts.model}, which is "
                f"{newest}: the pin {pin} cannot be served",
                hint="compare with answers that were stored while it was the head: "
                f"`{target.name}: {{run: runs/<id>#<target>}}`",
                is_error=True,
                is_outdated=True,
            )
            return
        since = f" since {head.last_modified[:10]}" if head.last_modified else ""
        yield PreflightFinding(
            target=target.name,
            message=f"the pin {pin} is behind the head of {facts.model}, {newest}{since}",
            hint="`revgate lock` says what changed",
            is_error=False,
            is_outdated=True,
        )

    def _of_lost_policy(
        self, target: Target, entry: LockedTarget | None, *, is_of_the_way: bool
    ) -> Iterator[PreflightFinding]:
        """Hold the licences of the lock against the policy; without them the run must not start."""
        if entry is None or not _is_answer_to(entry, target):
            yield PreflightFinding(
                target=target.name,
                message=f"the licence of {target.model} cannot be checked: neither the Hub nor a "
                "lock says which it is",
                hint="ask again later, or run `revgate lock` where the Hub can be reached",
                is_error=True,
                is_of_the_way=is_of_the_way,
            )
        elif problem := licence_problem(entry.facts.licences, self.allowed):
            yield _finding(target, f"{entry.facts.model}: {problem} (as the lock has it)")


def _of_gate(target: Target, facts: ModelFacts, hub: Hub) -> Iterator[PreflightFinding]:
    hint = "accept its conditions on its page and set HF_TOKEN"
    if not hub.has_token:
        yield _finding(target, f"{facts.model} is gated, and there is no token", hint)
        return
    refused = hub.access_fault(facts.model)
    if refused is not None and refused.kind == "gated":
        words = f"{facts.model} is gated, and HF_TOKEN may not read it: {refused.message}"
        yield _finding(target, words, refused.hint)


def _of_lock(
    target: Target, model: str, facts: ModelFacts, entry: LockedTarget | None
) -> Iterator[PreflightFinding]:
    if entry is None:
        yield _finding(target, "the lock does not know this target", _AGAIN)
    elif not _is_answer_to(entry, target) or model not in (entry.asked_model, entry.facts.model):
        yield _finding(target, "the suite asks for something else than the lock", _AGAIN)
    elif entry.facts.commit != facts.commit:
        yield PreflightFinding(
            target=target.name,
            message=f"the lock says {entry.facts.commit}, the Hub says {facts.commit}",
            hint=_AGAIN,
            is_error=target.revision is not None,  # the head of an unpinned one may move
            is_outdated=target.revision is None,
        )


def _is_answer_to(entry: LockedTarget, target: Target) -> bool:
    """Whether an entry was made for this target: by the name it had, or the commit found for it."""
    revisions = (entry.asked_revision, entry.facts.commit)
    return entry.provider == target.provider and target.revision in revisions


def _finding(
    target: Target, message: str, hint: str = "", *, is_error: bool = True
) -> PreflightFinding:
    return PreflightFinding(target=target.name, message=message, hint=hint, is_error=is_error)
