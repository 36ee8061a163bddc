"""Writes a lock as commented YAML: the same facts give the same bytes."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.lockfile.nouns import SCHEMA, Lock, LockedTarget, Upstream

_MARK = "# Written by `revgate lock"
_COMMENTS: Mapping[str, str] = {
    "asked": "by the suite; revision null: the head",
    "model": "canonical",
    "private": "from here on: may change without `--check` failing",
}
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}


def lock_text(lock: Lock, suite: Path) -> str:
    """Give the text of a lock file; it ends with a newline and is plain ASCII."""
    lines = [
        f"{_MARK} {_commented(suite.name)}` from what the model hub says.",
        "# Do not edit it: change the suite and run that again. `--check` fails when who answers",
        "# would change, or whether it may be used.",
        f"lock: {SCHEMA}",
        f"suite: {quoted(lock.suite)}",
        "targets:" if lock.targets else "targets: {}",
    ]
    for target in lock.targets:
        lines += _target_lines(target)
    if lock.upstream:
        lines.append("upstream:  # what changed from the baseline's commit to the target's")
    for change in lock.upstream:
        lines += _upstream_lines(change)
    return "\n".join(lines) + "\n"


def is_ours(text: str) -> bool:
    """Whether a file was written as a lock, whatever became of it since."""
    return text.startswith(_MARK)


def fields_of(target: LockedTarget) -> dict[str, str]:
    """Give the fields of an entry in the order of the file, each as YAML on one line."""
    facts = target.facts
    revision = quoted(target.asked_revision) if target.asked_revision is not None else "null"
    return {
        "provider": quoted(target.provider),
        "asked": f"{{model: {quoted(target.asked_model)}, revision: {revision}}}",
        "model": quoted(facts.model),
        "commit": quoted(facts.commit),
        "licences": _listed(quoted(name) for name in facts.licences),
        "gated": quoted(facts.gated) if facts.gated else "false",
        "disabled": _boolean(facts.is_disabled),
        "private": _boolean(facts.is_private),
        "task": quoted(facts.task),
        "library": quoted(facts.library),
        "inference": quoted(facts.inference),
        "providers": _listed(
            f"{{provider: {quoted(served.provider)}, status: {quoted(served.status)}, "
            f"task: {quoted(served.task)}}}"
            for served in facts.providers
        ),
        "last_modified": quoted(facts.last_modified),
    }


def quoted(text: str) -> str:
    """Give a YAML double-quoted scalar of printable ASCII that reads back as the text."""
    return f'"{"".join(_escaped(character) for character in text)}"'


def _target_lines(target: LockedTarget) -> Iterator[str]:
    yield f"  {quoted(target.name)}:"
    for field, value in fields_of(target).items():
        comment = _COMMENTS.get(field)
        line = f"    {field}: {value}"
        yield f"{line}  # {comment}" if comment else line


def _upstream_lines(change: Upstream) -> Iterator[str]:
    yield f"  {quoted(change.target)}:"
    yield f"    model: {quoted(change.model)}"
    yield f"    before: {quoted(change.before)}"
    yield f"    after: {quoted(change.after)}"
    yield f"    direction: {quoted(change.direction)}"
    yield f"    cut: {_boolean(change.is_cut)}"
    yield "    commits:" if change.commits else "    commits: []"
    for commit in change.commits:
        date, title = quoted(commit.date), quoted(commit.title)
        yield f"      - {{id: {quoted(commit.id)}, date: {date}, title: {title}}}"
    yield "    files:" if change.files else "    files: []"
    for file in change.files:
        kind, path = quoted(file.kind), quoted(file.path)
        yield f"      - {{kind: {kind}, path: {path}, how: {quoted(file.how)}}}"


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _boolean(value: bool) -> str:  # noqa: FBT001 - a value to be written, not a switch
    return "true" if value else "false"


def _commented(name: str) -> str:
    return "".join(character if character in _PLAIN else "?" for character in name)


def _escaped(character: str) -> str:
    if character in _PLAIN:
        return character
    if character in {'"', "\\"}:
        return "\\" + character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
