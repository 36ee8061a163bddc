"""Says what happened to a model's repository between the two sides of a comparison."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from harness.data.noun import replace
from harness.hub import Commit, Drift, Hub, HubFault, drift_between, is_commit_id
from harness.lockfile.asked import Asked
from harness.lockfile.nouns import Lock, Upstream

_MOST_COMMITS, _MOST_FILES = 50, 200


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    model: str
    commit: str


def with_upstream(asked: Asked, lock: Lock, before: Lock | None, hub: Hub) -> Lock:
    """Give the lock with what lies between its baseline and every other commit of that model.

    What the lock of `before` knows of two commits is not asked for again: it cannot change. Where
    the Hub cannot say it, it is left out.
    """
    baseline, *others = _sides(asked, lock)
    known = {(u.model, u.before, u.after): u for u in before.upstream} if before is not None else {}
    found = []
    for side in others:
        if baseline is None or side is None or side.model != baseline.model:
            continue
        if side.commit == baseline.commit:
            continue
        kept = known.get((side.model, baseline.commit, side.commit))
        one = kept or _between(baseline, side, hub)
        if one is not None:
            found.append(replace(one, target=side.name))
    return replace(lock, upstream=tuple(found))


def _sides(asked: Asked, lock: Lock) -> Iterator[_Side | None]:
    """Give every target's commit: as resolved, or as a stored run was pinned to; else None."""
    for one in asked.targets:
        target, entry = one.target, lock.target(one.target.name)
        if entry is not None:
            yield _Side(target.name, entry.facts.model, entry.facts.commit)
        elif target.run is not None and target.revision and is_commit_id(target.revision):
            yield _Side(target.name, target.model.partition(":")[0], target.revision)
        else:
            yield None


def _between(before: _Side, after: _Side, hub: Hub) -> Upstream | None:
    drift = drift_between(hub, after.model, before.commit, after.commit)
    if isinstance(drift, HubFault):
        return None
    commits, direction, is_cut = _history(drift, hub, after.model)
    return Upstream(
        target=after.name,
        model=after.model,
        before=before.commit,
        after=after.commit,
        direction=direction,
        commits=commits[:_MOST_COMMITS],
        files=drift.files[:_MOST_FILES],
        is_cut=is_cut or len(commits) > _MOST_COMMITS or len(drift.files) > _MOST_FILES,
    )


def _history(
    drift: Drift, hub: Hub, model: str
) -> tuple[tuple[Commit, ...], Literal["later", "earlier", "apart"], bool]:
    """Give the commits that lead from one side to the other, whichever is the newer."""
    if drift.commits.has_end:
        return drift.commits.items, "later", False
    back = hub.commits_between(model, drift.head, drift.pin)
    if not isinstance(back, HubFault) and back.has_end:
        return back.items, "earlier", False
    return drift.commits.items, "apart", not drift.commits.is_whole
