"""Asks the Hub about the pins of a run before its first call; refuses, or warns."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing

from harness.cli.run_request import RunRequest
from harness.cli.screen import tell
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.noun import Noun
from harness.errors import HarnessError
from harness.exits import gravest
from harness.hub import Hub, ModelFacts, forbidden_by, open_hub
from harness.jsonvalue import Json
from harness.lockfile import (
    Lock,
    PreflightFinding,
    concerned,
    facts_to_json,
    lock_path,
    preflight,
    read_lock,
    upstream_to_json,
)
from harness.registry import Registry
from harness.store import RunWriter
from harness.suitefile import LoadedSuite

WITHIN_S = 10.0
"""For all questions together: a Hub that is slow does not hold up a run."""

_CONFIGURATION, _UNREACHABLE = 4, 12


class PreflightError(HarnessError):
    """A run that must not start; exit 4, or 12 where only the Hub could not be asked."""


class Looked(Noun, frozen=True, kw_only=True):
    """What was found before a run that may start."""

    detail: Mapping[str, Json]
    warnings: tuple[str, ...]

    def keep(self, writer: RunWriter, at: float) -> None:
        """Store it with the run."""
        writer.put_event("preflight", at, dict(self.detail))
        for warning in self.warnings:
            writer.put_event("warning", at, warning)


def look_ahead(
    loaded: LoadedSuite, request: RunRequest, registry: Registry, wallet: Wallet, clock: Clock
) -> Looked | None:
    """Give what the Hub says of the targets of a run; None when there is nothing to ask it.

    Nothing is asked for a replay, offline, or with `--no-preflight`. Warnings are told at once.
    Raises PreflightError where the run must not start; a run that is gone on with is not refused
    for a repository that moved on meanwhile.
    """
    if request.replay or request.offline or request.no_preflight:
        return None
    suite, allowed = loaded.suite, loaded.allowed_licences
    asked = concerned(suite, registry.providers, are_licences_policed=bool(allowed))
    if not asked:
        return None
    lock = read_lock(lock_path(suite.path))
    if forbidden_by(wallet.environ):
        found = preflight(suite, lock, None, providers=registry.providers, allowed_licences=allowed)
        detail: dict[str, Json] = {"hub": None}
    else:
        hub = open_hub(wallet.environ, wallet, clock, time.sleep, within_s=WITHIN_S)
        with closing(hub):
            found = preflight(
                suite, lock, hub, providers=registry.providers, allowed_licences=allowed
            )
            facts = {
                target.name: _facts(hub, model.name, target.revision) for target, model in asked
            }
        detail = {"hub": hub.address, "targets": {k: v for k, v in facts.items() if v}}
    is_resumed = request.resume is not None
    refusals = [one for one in found if one.is_error and not (is_resumed and one.is_outdated)]
    if refusals:
        raise _refusal(str(suite.path), refusals)
    warnings = tuple(_sentence(one) for one in found)
    for warning in warnings:
        tell(f"warning: {warning}")
    detail |= {"lock": _lock_json(lock), "upstream": _upstream_json(lock, loaded)}
    return Looked(detail=detail, warnings=warnings)


def _facts(hub: Hub, model: str, revision: str | None) -> dict[str, Json]:
    """Give what was learned of one target; asked for before, so it costs no request."""
    facts = hub.known_facts(model, revision)
    if not isinstance(facts, ModelFacts):
        return {}
    head = hub.known_facts(facts.model, None)
    newest = head.commit if isinstance(head, ModelFacts) else None
    return {**facts_to_json(facts), "head": newest}


def _lock_json(lock: Lock | None) -> Json:
    return {entry.name: entry.facts.commit for entry in lock.targets} if lock is not None else None


def _upstream_json(lock: Lock | None, loaded: LoadedSuite) -> dict[str, Json]:
    """Give, by target, what changed since the baseline, where the lock is about these two pins."""
    pins = {target.name: target.revision for target in loaded.suite.targets}
    baseline = loaded.suite.baseline.revision
    return {
        found.target: upstream_to_json(found)
        for found in (lock.upstream if lock is not None else ())
        if (found.before, found.after) == (baseline, pins.get(found.target))
    }


def _refusal(suite: str, refusals: Sequence[PreflightFinding]) -> PreflightError:
    lines = [f"  {_sentence(one)}" for one in refusals]
    error = PreflightError(
        "\n".join(
            (
                f"{suite}: not run, nothing was sent to a model:",
                *lines,
                "`--no-preflight` runs without asking the Hub",
            )
        )
    )
    error.exit_code = gravest(
        _UNREACHABLE if one.is_of_the_way else _CONFIGURATION for one in refusals
    )
    return error


def _sentence(finding: PreflightFinding) -> str:
    words = f"{finding.target}: {finding.message}" if finding.target else finding.message
    return f"{words}; {finding.hint}" if finding.hint else words
