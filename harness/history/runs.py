"""Reads finished runs: what their `result.json` says, and when and how they were made."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.data.noun import Noun
from harness.errors import StoreError
from harness.jsonvalue import Json, as_object, parse_json
from harness.selection import selection_from_json
from harness.store import RunHeader, RunReader

VERDICTS = ("pass", "fail", "inconclusive", "invalid")


class FinishedRun(Noun, frozen=True, kw_only=True):
    """A run folder whose verdict was written."""

    folder: Path
    run_id: str
    suite: str
    started_at: float
    """UTC, seconds since 1970."""
    verdict: str
    targets: tuple[str, ...]
    """By name, the baseline first."""
    is_whole: bool
    """Whether every case of the suite was taken: no filter of the command line left any out."""
    result: Mapping[str, Any]
    """`result.json`; written by anybody, so nothing in it is sure to be there."""

    def part(self, *keys: str) -> Json:
        """Give what stands in the result at a path of keys, None where nothing does."""
        found: Any = self.result
        for key in keys:
            found = as_object(found).get(key)
        return found  # type: ignore[no-any-return]  # JSON, as it was read

    def number(self, *keys: str) -> float | None:
        """Give the number at a path of keys, None where there is none."""
        found = self.part(*keys)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return float(found) if is_number else None  # type: ignore[arg-type]  # just seen


def finished_runs(place: Path, suite: str | None = None) -> list[FinishedRun]:
    """Give the finished runs below a folder, of one suite or all, the oldest first.

    Runs that have no verdict yet, and folders that cannot be read, are left out.
    """
    found = (_finished(path.parent, suite) for path in place.glob("**/run.sqlite"))
    runs = [run for run in found if run is not None]
    return sorted(runs, key=lambda run: (run.started_at, str(run.folder)))


def unused_waivers(place: Path, suite: str) -> Mapping[tuple[str, str], str]:
    """Give the folder of the run that had no need of a waiver, by its digest and revision.

    The newest run that says anything of a waiver is believed.
    """
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for run in finished_runs(place, suite):
        for use in _uses(run):
            key = (str(use.get("digest")), str(use.get("revision")))
            if use.get("status") != "mismatched":
                told[key] = (str(use.get("status")), str(run.folder))
    return {key: folder for key, (status, folder) in told.items() if status == "unused"}


def _uses(run: FinishedRun) -> Iterator[Mapping[str, Json]]:
    uses = run.part("waivers")
    for use in uses if isinstance(uses, list) else ():
        yield as_object(use)


def _finished(folder: Path, suite: str | None) -> FinishedRun | None:
    try:
        result = as_object(parse_json((folder / "result.json").read_bytes()))
    except (OSError, ValueError):
        return None
    verdict, name = result.get("verdict"), result.get("suite")
    if verdict not in VERDICTS or not isinstance(name, str) or suite not in (None, name):
        return None
    try:
        with RunReader(folder) as reader:
            header = reader.header()
            targets = _targets(header)
    except (StoreError, KeyError, TypeError):
        return None
    selection = selection_from_json(header.selection)
    return FinishedRun(
        folder=folder,
        run_id=header.run_id,
        suite=name,
        started_at=header.started_at,
        verdict=str(verdict),
        targets=targets,
        is_whole=not selection.cases and not selection.tags and selection.limit is None,
        result=result,
    )


def _targets(header: RunHeader) -> tuple[str, ...]:
    written: Any = header.suite["targets"]
    return tuple(str(target["name"]) for target in written)
