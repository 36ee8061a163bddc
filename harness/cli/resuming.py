"""Refuses to go on with a run whose suite, data, plugins or pins changed."""

from itertools import zip_longest
from pathlib import Path

from harness.errors import UsageError
from harness.registry import Registry, plugin_versions
from harness.selection import Selection
from harness.store import RunHeader, RunReader, codec
from harness.suitefile import LoadedSuite

_IGNORED = frozenset({"path", "source_sha256", "warnings"})


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
        f"{name} was {version}, is {now.get(name, 'not installed')}"
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
