"""Reads a lock file; every mistake has its place."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.hub import Commit, FileChange, FileKind, ModelFacts, ServedBy
from harness.jsonvalue import as_object
from harness.lockfile.nouns import SCHEMA, Lock, LockedTarget, Upstream
from harness.lockfile.writing import is_ours
from harness.suitefile.keys.translate import validated
from harness.suitefile.problems.problem import Problem, SuiteError
from harness.suitefile.tree.document import compose
from harness.suitefile.tree.node import plain
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.source import as_source, read_bytes

_ADVICE = "write it again: `revgate lock SUITE`"
_CommitId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class _Asked(_Closed):
    model: str
    revision: str | None


class _Served(_Closed):
    provider: str
    status: str
    task: str


class _Target(_Closed):
    provider: str
    asked: _Asked
    model: str
    commit: _CommitId
    licences: list[str]
    gated: Literal[False, "auto", "manual"]
    disabled: bool
    private: bool
    task: str
    library: str
    inference: str
    providers: list[_Served]
    last_modified: str


class _Commit(_Closed):
    id: _CommitId
    date: str
    title: str


class _File(_Closed):
    kind: FileKind
    path: str
    how: Literal["added", "changed", "removed"]


class _Upstream(_Closed):
    model: str
    before: _CommitId
    after: _CommitId
    direction: Literal["later", "earlier", "apart"]
    cut: bool
    commits: list[_Commit]
    files: list[_File]


class _Lock(_Closed):
    lock: int
    suite: str
    targets: dict[str, _Target]
    upstream: dict[str, _Upstream] = {}


def read_lock(path: Path) -> Lock | None:
    """Give the lock in a file, None when there is no file.

    Raises SuiteError for one that cannot be read, or was written by a newer revgate.
    """
    if not path.exists():
        return None
    review = Review(as_source(read_bytes(path), str(path)))
    review.root = compose(review)
    data = plain(review.root) if review.root is not None else None
    if review.root is None:
        review.at(1, 1, "E110", "the lock is empty", _ADVICE)
    else:
        version = as_object(data).get("lock")
        if isinstance(version, int) and version > SCHEMA:
            message = f"the lock is of schema {version}, this revgate reads {SCHEMA}"
            raise SuiteError([Problem(code="E120", message=message, file=str(path))])
    model = None if review.problems else validated(review, _Lock, data, (), "a lock")
    if model is None:
        raise SuiteError(review.problems)
    return Lock(
        suite=model.suite,
        targets=tuple(_target(name, written) for name, written in model.targets.items()),
        upstream=tuple(_upstream(name, written) for name, written in model.upstream.items()),
    )


def was_written_here(path: Path) -> bool:
    """Whether a file was written as a lock, whatever became of it since."""
    try:
        return is_ours(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return False


def _target(name: str, written: _Target) -> LockedTarget:
    return LockedTarget(
        name=name,
        provider=written.provider,
        asked_model=written.asked.model,
        asked_revision=written.asked.revision,
        facts=ModelFacts(
            model=written.model,
            commit=written.commit,
            licences=tuple(written.licences),
            gated=written.gated or "",
            is_disabled=written.disabled,
            is_private=written.private,
            task=written.task,
            library=written.library,
            inference=written.inference,
            providers=tuple(
                ServedBy(provider=served.provider, status=served.status, task=served.task)
                for served in written.providers
            ),
            last_modified=written.last_modified,
        ),
    )


def _upstream(name: str, written: _Upstream) -> Upstream:
    return Upstream(
        target=name,
        model=written.model,
        before=written.before,
        after=written.after,
        direction=written.direction,
        commits=tuple(Commit(id=c.id, date=c.date, title=c.title) for c in written.commits),
        files=tuple(FileChange(path=f.path, how=f.how, kind=f.kind) for f in written.files),
        is_cut=written.cut,
    )
