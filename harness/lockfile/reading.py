"""Reads a lock file; every mistake has its place."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.hub import ModelFacts, ServedBy
from harness.jsonvalue import as_object
from harness.lockfile.nouns import SCHEMA, Lock, LockedTarget
from harness.lockfile.writing import is_ours
from harness.suitefile.document import compose
from harness.suitefile.node import plain
from harness.suitefile.problems import Problem, SuiteError
from harness.suitefile.review import Review
from harness.suitefile.source import as_source, read_bytes
from harness.suitefile.translate import validated

_ADVICE = "write it again: `revgate lock SUITE`"
_CommitId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


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


class _Lock(_Closed):
    lock: int
    suite: str
    targets: dict[str, _Target]


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
