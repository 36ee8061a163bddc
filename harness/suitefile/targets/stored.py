"""Reads targets that are stored: their answers were given in an earlier run."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from harness.api.kinds import Provider
from harness.data.noun import Noun, replace
from harness.data.suite import Suite, Target
from harness.errors import StoreError
from harness.identity import iso_time
from harness.jsonvalue import Json
from harness.suitefile.keys.target import STORED, StoredModel
from harness.suitefile.keys.translate import unknown_key, validated
from harness.suitefile.paths import PathError, inside
from harness.suitefile.problems.leaks import names_credential
from harness.suitefile.problems.problem import flat
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.targets.merged import Merged
from harness.suitefile.targets.newest import NEWEST, newest_pass
from harness.suitefile.tree.review import Review

_RUN_FILE = "run.sqlite"


class Asked(Noun, frozen=True, kw_only=True):
    """What the suite wants of a stored target; names may be of any type yet."""

    suite: Json
    task: Json
    providers: Mapping[str, Provider]


class StoredTarget(Noun, frozen=True, kw_only=True):
    """A target of an earlier run under its new name, and when that run was made."""

    target: Target
    run_id: str
    started_at: str
    """UTC, ISO 8601."""
    words: str = ""
    """How the run was found, to be said with it."""


def is_stored(target: Merged) -> bool:
    """Whether a target is meant to be taken from a run."""
    return "run" in target.own or target.get("provider") == STORED


def run_folder(suite_folder: Path, written: str) -> Path:
    """Give the folder of the run that `run: <written>` names, `#target` left out or not.

    It is looked for below the suite's folder, then below the working directory. Raises PathError.
    """
    name = written.partition("#")[0]
    parts = PurePosixPath(name)
    file = name if parts.name == _RUN_FILE else f"{name}/{_RUN_FILE}"
    for place in (suite_folder, Path()):
        try:
            return inside(place, file).parent
        except PathError as error:
            if error.code != "E117":
                raise
    shown = name if len(name) <= 80 else name[:79] + "…"
    raise PathError("E133", f"no run lies at {shown!r}, beside the suite or in the folder you are")


def read_stored(review: Review, target: Merged, asked: Asked) -> StoredTarget | None:
    """Give the target as the run had it; what is wrong is reported."""
    from harness.store import RunReader  # most suites name no run

    own = _without_foreign_keys(review, target)
    if "run" not in own:
        message = f"target '{target.name}' is stored, and has no 'run'"
        advice = 'add `run: "runs/<run>#<target>"` to it; `revgate list` shows the runs there are'
        review.key(target.place, "E123", message, advice)
        return None
    model = validated(review, StoredModel, own, target.place, f"stored target '{target.name}'")
    if model is None:
        return None
    path = target.path("run")
    folder, _, wanted = model.run.partition("#")
    beside = Path(review.source.file).parent
    is_newest = folder == NEWEST
    try:
        if is_newest:
            folder, wanted = newest_pass(review, target, asked.suite, beside, wanted)
        if not folder:
            return None
        with RunReader(run_folder(beside, folder)) as reader:
            header = reader.header()
        suite = _suite_of(header.suite)
    except PathError as error:
        review.value(path, error.code, str(error), "`revgate list` shows the runs there are")
        return None
    except StoreError as error:
        review.value(path, "E133", str(error))
        return None
    found = _choose(review, target, suite, folder, wanted)
    task = asked.task
    if isinstance(task, str) and suite.task != task:
        message = f"the run is of task '{flat(suite.task)}', the suite of '{flat(task[:80])}'"
        review.value(path, "E133", message, "take a run of the same task")
        return None
    if found is None:
        return None
    if found.provider not in asked.providers:
        message = f"the run asked provider '{flat(found.provider)}', which is not installed"
        advice = did_you_mean(found.provider, asked.providers, "installed")
        review.value(path, "E133", message, advice)
        return None
    return StoredTarget(
        target=replace(found, name=target.name, run=f"{folder}#{found.name}"),
        run_id=header.run_id,
        started_at=iso_time(header.started_at),
        words=f" as {found.name} of the last run that passed," if is_newest else "",
    )


def _without_foreign_keys(review: Review, target: Merged) -> dict[str, Json]:
    """Give the keys a stored target may have; the others are reported."""
    own = dict(target.own)
    for key in target.own:
        path = target.path(key)
        if key in StoredModel.model_fields and not (key == "provider" and own[key] != STORED):
            continue
        value = own.pop(key)
        if names_credential(key):
            unknown_key(review, path, "a stored target", StoredModel.model_fields)
        elif key == "provider":
            message = f"provider {str(value)[:80]!r} beside 'run': a stored target is not called"
            review.value(path, "E134", message, "remove it, or write `provider: stored`")
        else:
            message = f"'{flat(key[:80])}' beside 'run': a stored target is as it was in its run"
            review.key(path, "E134", message, "remove it, or remove `run`")
    return own


def _suite_of(header: Mapping[str, Json]) -> Suite:
    from harness.store import codec

    try:
        return codec.suite_from_json(header)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"the run is damaged: its suite cannot be read: {error!r}") from error


def _choose(
    review: Review, target: Merged, suite: Suite, folder: str, wanted: str
) -> Target | None:
    """Give the run's target of the name after `#`, else of this target's own name."""
    named = wanted or target.name
    found = next((one for one in suite.targets if one.name == named), None)
    if found is None:
        names = [one.name for one in suite.targets]
        message = f"the run has no target '{flat(named[:80])}'"
        near = did_you_mean(named, names, "it has")
        advice = f'{near}; write `run: "{folder}#{names[-1]}"`'
        review.value(target.path("run"), "E133", message, advice)
    return found
