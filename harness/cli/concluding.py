"""Compares and decides from a run folder, writes its reports, shows the result."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from harness import pipeline
from harness.cli.folder import write_artifact
from harness.cli.screen import show, tell
from harness.cli.summary import summary_lines
from harness.data.dossier import Dossier
from harness.jsonvalue import Json
from harness.registry import Registry
from harness.stages.report import Occasion
from harness.store import RunReader, StoredCase, codec


def conclude_run(folder: Path, registry: Registry, *, writes: bool = True) -> Dossier:
    """Give the dossier of a stored run; write every report into its folder."""
    reader = RunReader(folder)  # stays open: the dossier streams cases from it
    header = reader.header()
    suite = codec.suite_from_json(header.suite)
    events = reader.events()
    finished = [at for at, kind, _ in events if kind in {"completed", "interrupted"}]
    occasion = Occasion(
        run_id=header.run_id,
        started_at=header.started_at,
        finished_at=finished[-1] if finished else header.started_at,
        environment=_environment(reader),
        reproduce=_reproduce(folder, str(suite.path), dict(header.selection)),
        warnings=(),
    )

    def stored() -> Iterator[StoredCase]:
        return reader.cases()

    dossier = pipeline.conclude(suite, stored, occasion, registry)
    if writes:
        write_all(dossier, folder, registry)
    return dossier


def write_all(dossier: Dossier, folder: Path, registry: Registry) -> None:
    """Write every report; say which reporter failed."""
    broken = pipeline.write_reports(
        dossier, registry, lambda artifact: write_artifact(folder, artifact)
    )
    for failure in broken:
        tell(f"warning: reporter {failure.reporter} raised {failure.error}: its file is missing")


def present(dossier: Dossier, folder: Path, *, wants_json: bool) -> None:
    """Show the result on stdout."""
    if wants_json:
        show((folder / "result.json").read_text(encoding="utf-8").rstrip("\n"))
        return
    for line in summary_lines(dossier):
        show(line)
    show(f"report: {folder / 'report.html'}")


def _environment(reader: RunReader) -> dict[str, Json]:
    header = reader.header()
    run = header.suite.get("run")
    return {
        **header.environment,
        "transport": reader.transports(),
        "suite_sha256": header.suite.get("source_sha256"),
        "run": run,
        "plugins": dict(header.plugins),
        "selection": dict(header.selection),
    }


def _reproduce(folder: Path, suite: str, selection: dict[str, Json]) -> tuple[str, ...]:
    words = ["revgate", "run", suite]
    for flag, name in (("--case", "cases"), ("--tag", "tags")):
        values = selection.get(name)
        for value in values if isinstance(values, list) else []:
            words += [flag, str(value)]
    if selection.get("limit") is not None:
        words += ["--limit", str(selection["limit"])]
    overrides = selection.get("overrides")
    for pair in overrides if isinstance(overrides, list) else []:
        if isinstance(pair, list):
            words += ["--set", f"{pair[0]}={pair[1]}"]
    run = shlex.quote(str(folder))
    return (
        shlex.join(words),
        f"{shlex.join(words)} --replay {run}",
        f"revgate compare {run}",
    )
