"""Says in a person's words what a lock came to, line by line."""

from collections.abc import Iterable, Iterator, Sequence

from harness.hub import Commit, Drift, FileChange, HubFault, is_commit_id
from harness.lockfile.asked import Asked
from harness.lockfile.difference import FieldChange
from harness.lockfile.moved import Moved
from harness.lockfile.nouns import Lock, Upstream
from harness.lockfile.policy import licence_problem
from harness.lockfile.resolving import Resolved
from harness.units import plural

_SHORT = 12
_MOST_COMMITS, _MOST_FILES = 10, 20
_HEADS = ("target", "model", "asked", "commit", "licence", "gated", "status")


def table_rows(resolved: Iterable[Resolved], behind: Sequence[Moved]) -> list[tuple[str, ...]]:
    """Give a table of all targets, its heads first."""
    names = {moved.target for moved in behind}
    rows = [_HEADS, *(_row(one, is_behind=one.asked.target.name in names) for one in resolved)]
    return [tuple(cell or "—" for cell in row) for row in rows]


def problem_lines(asked: Asked, resolved: Iterable[Resolved]) -> Iterator[str]:
    """Give what keeps the lock from being written: a target or a licence a line, with advice."""
    for one in resolved:
        start = f"error: {asked.path}:{one.asked.line}: target '{one.asked.target.name}'"
        if one.fault is not None:
            advice = f"; {one.fault.hint}" if one.fault.hint else ""
            yield f"{start}: {one.fault.message}{advice}"
        elif one.entry is not None:
            facts = one.entry.facts
            if problem := licence_problem(facts.licences, asked.allowed_licences):
                yield f"{start}: {facts.model}: {problem}"


def pin_lines(asked: Asked, resolved: Iterable[Resolved]) -> Iterator[str]:
    """Give the lines to write into the suite, where it does not name a commit yet."""
    for one in resolved:
        if one.entry is None:
            continue
        name, facts = one.asked.target.name, one.entry.facts
        if not is_commit_id(one.asked.target.revision):
            yield f'{asked.path}:{one.asked.line}: target {name}: revision: "{facts.commit}"'
        if one.entry.asked_model != facts.model:
            renamed = one.asked.target.model.replace(one.entry.asked_model, facts.model, 1)
            yield f'{asked.path}: target {name}: model: "{renamed}"  (it was renamed)'


def outdated_lines(moved: Moved) -> Iterator[str]:
    """Give what lies between a pin and the head it is behind."""
    yield f"outdated: {moved.target}: {moved.before[:_SHORT]}, the head is {moved.after[:_SHORT]}"
    yield from _drift_lines(moved.drift)


def moved_lines(moved: Moved) -> Iterator[str]:
    """Give what lies between the commit of the lock and the one its name stands for now."""
    yield f"moved: {moved.target}: from {moved.before[:_SHORT]} to {moved.after[:_SHORT]}"
    if moved.has_vanished:
        yield f"  commit {moved.before} has vanished from {moved.model}"
    else:
        yield from _drift_lines(moved.drift)


def served_lines(lock: Lock) -> Iterator[str]:
    """Give, a target a line, what it is and who serves it, as far as the Hub says."""
    for target in lock.targets:
        facts = target.facts
        parts = [facts.task, facts.library]
        if facts.last_modified:
            parts.append(f"changed {facts.last_modified[:10]}")
        if facts.inference:
            parts.append(f"serverless: {facts.inference}")
        if facts.providers:
            served = (
                f"{one.provider} ({one.status or 'status unknown'})" for one in facts.providers
            )
            parts.append(f"served by {', '.join(served)}")
        if said := ", ".join(part for part in parts if part):
            yield f"{target.name}: {said}"


def upstream_lines(upstream: Upstream) -> Iterator[str]:
    """Give what lies between the baseline's commit and a target's."""
    before, after = upstream.before[:_SHORT], upstream.after[:_SHORT]
    yield f"upstream: {upstream.target}: from the baseline's {before} to {after}"
    count = plural(len(upstream.commits), "commit")
    more = "more than " if upstream.is_cut else ""
    if upstream.direction == "apart":
        yield "  neither is part of the other's history"
    else:
        yield f"  {more}{count} {upstream.direction}:"
        yield from _commit_lines(upstream.commits)
    yield from _file_lines(upstream.files)


def change_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """Give the fields in which two locks differ."""
    for change in changes:
        what = " ".join(part for part in (change.target, change.field) if part)
        note = "" if change.is_binding else "  (not a reason to fail)"
        yield f"{what}: {change.before} → {change.after}{note}"


def _row(one: Resolved, *, is_behind: bool) -> tuple[str, ...]:
    target = one.asked.target
    asked = target.revision or "head"
    asked = asked[:_SHORT] if is_commit_id(asked) else asked
    if one.entry is None:
        status = f"error: {one.fault.kind.replace('_', ' ')}" if one.fault else "not locked"
        detail = f": {one.skipped}" if one.skipped else ""
        return (target.name, target.model, asked, "", "", "", f"{status}{detail}")
    facts = one.entry.facts
    states = [
        "pinned" if is_commit_id(target.revision) else "not pinned",
        "behind its head" if is_behind else "",
        "disabled" if facts.is_disabled else "",
        "renamed" if one.entry.asked_model != facts.model else "",
        facts.inference,
    ]
    return (
        target.name,
        facts.model,
        asked,
        facts.commit[:_SHORT],
        ", ".join(facts.licences),
        facts.gated or "no",
        ", ".join(state for state in states if state),
    )


def _drift_lines(drift: Drift | HubFault) -> Iterator[str]:
    if isinstance(drift, HubFault):
        yield f"  what changed cannot be said: {drift.message}"
        return
    commits = drift.commits
    if commits.has_end:
        yield f"  {plural(len(commits.items), 'commit')} later:"
    elif commits.is_whole:
        yield "  the older one is not part of the newer one's history; its last commits:"
    else:
        yield f"  more than {plural(len(commits.items), 'commit')} later:"
    yield from _commit_lines(commits.items)
    yield from _file_lines(drift.files)


def _commit_lines(commits: Sequence[Commit]) -> Iterator[str]:
    for commit in commits[:_MOST_COMMITS]:
        yield f"    {commit.id[:_SHORT]} {commit.date[:10]} {commit.title}"
    yield from _more(len(commits), _MOST_COMMITS, "commit")


def _file_lines(files: Sequence[FileChange]) -> Iterator[str]:
    if all(change.kind == "other" for change in files):
        yield "  no file changed that the model is made of"
    for change in files[:_MOST_FILES]:
        yield f"    {change.kind}: {change.path} {change.how}"
    yield from _more(len(files), _MOST_FILES, "file")


def _more(count: int, shown: int, noun: str) -> Iterator[str]:
    if count > shown:
        yield f"    and {plural(count - shown, noun)} more"
