"""Finds a run to go on with; refuses one whose suite, data, plugins or pins changed."""

from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from harness.cli.folder import find_run
from harness.cli.run_request import RunRequest
from harness.cli.starting import load
from harness.errors import UsageError
from harness.registry import Registry, plugin_versions
from harness.selection import Selection, selection_from_json
from harness.store import RunHeader, RunReader, codec
from harness.suitefile import LoadedSuite

_IGNORED = frozenset({"path", "source_sha256", "warnings"})


def find_stopped(
    name: str, request: RunRequest, registry: Registry, environ: Mapping[str, str]
) -> tuple[Path, LoadedSuite]:
    """Give the folder of a stopped run and its suite, read again and found unchanged."""
    folder = find_run(name)
    with RunReader(folder) as reader:
        header = reader.header()
    selection = selection_from_json(header.selection)
    if selection.is_replay != bool(request.replay):
        raise UsageError(
            f"{folder}: a recording answers this run: go on with --replay FILE"
            if selection.is_replay
            else f"{folder}: this run makes calls: a recording cannot go on with it"
        )
    path = request.suite or Path(str(header.suite["path"]))
    if not path.exists():
        raise UsageError(
            f"{path}: the suite of {folder} is not there: go on where it was started, or name it: "
            f"revgate run SUITE --resume {folder}"
        )
    loaded = load(path, selection, registry, environ)
    check_unchanged(folder, header, loaded, selection, registry)
    return folder, loaded


def check_unchanged(
    folder: Path,
    header: RunHeader,
    loaded: LoadedSuite,
    selection: Selection,
    registry: Registry,
) -> None:
    """Raise UsageError naming what changed since the run was started; do nothing otherwise."""
    changes = [
        *_suite_changes(header, loaded),
        *_plugin_changes(header, registry),
        *_case_changes(folder, loaded, selection),
    ]
    if changes:
        raise UsageError(
            f"{folder}: cannot be resumed, for it would mix two experiments: "
            f"{'; '.join(changes)}. Start a new run"
        )


def _suite_changes(header: RunHeader, loaded: LoadedSuite) -> list[str]:
    before, now = dict(header.suite), codec.suite_to_json(loaded.suite)
    names = sorted({*before, *now} - _IGNORED)
    return [f"{name} changed in the suite" for name in names if before.get(name) != now.get(name)]


def _plugin_changes(header: RunHeader, registry: Registry) -> list[str]:
    now = plugin_versions(registry)
    return [
        f"{name} was from {version}, is {now.get(name, 'not installed')}"
        for name, version in header.plugins.items()
        if now.get(name) != version
    ]


def _case_changes(folder: Path, loaded: LoadedSuite, selection: Selection) -> list[str]:
    with RunReader(folder) as reader:
        stored = reader.case_fingerprints()
        for before, case in zip_longest(stored, selection.pick(loaded.cases())):
            if before is None:
                return [f"case {case.id} is new"]
            if case is None:
                return [f"case {before[0]} is gone"]
            if before != (case.id, codec.case_fingerprint(case)):
                return [f"case {before[0]} changed"]
    return []
