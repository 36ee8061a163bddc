"""Compares and decides from a run folder, writes its reports, shows the result."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness import pipeline
from harness.cli.beside import Beside
from harness.cli.calibrating import EVENT as NOISE
from harness.cli.folder import write_artifact
from harness.cli.heap import give_back
from harness.cli.screen import show, show_json, tell
from harness.cli.summary import summary_lines
from harness.data.dossier import Artifact, Dossier
from harness.data.noise import Noise
from harness.data.presentation import Presentation
from harness.errors import StoreError
from harness.jsonvalue import Json
from harness.registry import Registry
from harness.selection import Selection, selection_from_json
from harness.stages.report import Occasion
from harness.store import RunReader, StoredCase, codec
from harness.waivers import waivers_from_json

AS_USUAL = Presentation()


def conclude_run(
    folder: Path,
    registry: Registry,
    *,
    writes: bool = True,
    only: StoredCase | None = None,
    presentation: Presentation = AS_USUAL,
) -> Dossier:
    """Give the dossier of a stored run; write every report into its folder.

    With `only` it is a dossier of that case alone, which nobody is told of and nothing is written.
    """
    with RunReader(folder) as reader:
        header = reader.header()
        events = reader.events()
        environment = _environment(reader)
        conditions = pipeline.conditions_of(reader)
    if only is None and pipeline.is_half_judged(events):
        raise StoreError(
            f"{folder}: judging it anew was stopped half-way, so its records are by two judges: "
            f"`{shlex.join(['revgate', 'compare', str(folder)])}` judges all of it"
        )
    suite = codec.suite_from_json(header.suite)
    kept = [Noise(**detail) for _, kind, detail in events if kind == NOISE]
    finished = [at for at, kind, _ in events if kind in {"completed", "interrupted"}]
    occasion = Occasion(
        run_id=header.run_id,
        started_at=header.started_at,
        finished_at=finished[-1] if finished else header.started_at,
        environment=environment,
        reproduce=_reproduce(folder, str(suite.path), selection_from_json(header.selection)),
        warnings=tuple(dict.fromkeys(str(said) for _, kind, said in events if kind == "warning")),
    )

    def stored() -> Iterator[StoredCase]:
        if only is not None:
            yield only
            return
        with RunReader(folder) as reader:
            yield from reader.cases()

    dossier = pipeline.conclude(
        suite,
        stored,
        occasion,
        registry if only is None else replace(registry, on_verdict=lambda _verdict: ()),
        probes=pipeline.probes_in(events),
        waivers=waivers_from_json(events),
        conditions=conditions,
        is_calibration=only is None and selection_from_json(header.selection).is_calibration,
        noise=kept[-1] if kept else None,
    )
    dossier = replace(dossier, presentation=presentation)
    if writes and only is None:
        give_back()
        write_all(dossier, folder, registry)
    return dossier


def write_all(dossier: Dossier, folder: Path, registry: Registry) -> None:
    """Write every report; say which reporter failed. Raises StoreError when one cannot be kept."""

    def write(artifact: Artifact) -> _Written:
        beside = Beside()
        write_artifact(folder, beside.noting(artifact))
        warning = f"{artifact.name}: {artifact.warning}" if artifact.warning else ""
        return _Written(warning=warning, beside=beside.written)

    try:
        reported = pipeline.write_reports(dossier, registry, write)
        beside = Beside({k: v for one in reported.kept for k, v in one.beside.items()})
        beside.tidy(folder, registry.reporters, is_whole=not reported.broken)
    except OSError as error:
        raise StoreError(
            f"{folder}: a report cannot be written: {error}; the run itself is kept: "
            f"`revgate report {shlex.quote(str(folder))}` writes the reports again"
        ) from error
    for words in sorted(one.warning for one in reported.kept if one.warning):
        tell(f"warning: {words}")
    for failure in reported.broken:
        why = f"reporter {failure.reporter} raised {failure.error}"
        tell(f"warning: {why}: its file is not written")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What is to be known of a file once it is written."""

    warning: str
    beside: Mapping[str, str]
    """Its name and SHA-256, if it is beside the reports."""


def present(dossier: Dossier, folder: Path, *, wants_json: bool, on_one_line: bool = False) -> None:
    """Show the result on stdout; as JSON, raises StoreError when `result.json` is not there."""
    if not wants_json:
        for line in summary_lines(dossier):
            show(line)
        show(where_report(folder))
        return
    path = folder / "result.json"
    try:
        show_json(path.read_text(encoding="utf-8"), on_one_line=on_one_line)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error}") from error


def where_report(folder: Path) -> str:
    """Give the line that says where the report of a run is, or how it is written."""
    path = folder / "report.html"
    if path.exists():
        return f"report: {path}"
    return f"report: not written; `revgate report {shlex.quote(str(folder))}` writes it"


def _environment(reader: RunReader) -> dict[str, Json]:
    header = reader.header()
    run = header.suite.get("run")
    looked = [found for _, kind, found in reader.events() if kind == "preflight"]
    waivers = waivers_from_json(reader.events())
    return {
        **header.environment,
        "transport": reader.transports(),
        "suite_sha256": header.suite.get("source_sha256"),
        "run": run,
        "plugins": dict(header.plugins),
        "selection": dict(header.selection),
        **({"preflight": looked[-1]} if looked else {}),
        **({"waivers": {"file": waivers.file, "sha256": waivers.sha256}} if waivers.file else {}),
    }


def _reproduce(folder: Path, suite: str, selection: Selection) -> tuple[str, ...]:
    again = ["revgate", "run", suite, *selection.as_flags()]
    compare = ["revgate", "compare", str(folder), *selection.plugin_flags()]
    return (
        shlex.join(again),
        shlex.join([*again, "--replay", str(folder)]),
        shlex.join(compare),
    )
