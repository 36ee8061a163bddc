"""Runs several suites one after the other, and writes the index of their reports."""

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.api.kinds import Reporter
from harness.cli.folder import RUNS, write_artifact
from harness.cli.index_lines import index_lines
from harness.cli.run_request import RunRequest
from harness.cli.running import check_suites, run_suite
from harness.cli.screen import show, tell
from harness.clock import Clock
from harness.data.dossier import Dossier
from harness.data.index import Index, IndexedRun
from harness.errors import HarnessError
from harness.exits import WORDS, gravest
from harness.identity import run_id
from harness.registry import Registry

INTERRUPTED = 2


@dataclass(slots=True)
class _Gathering:
    """What became of the suites so far."""

    names: Sequence[str]
    requests: Sequence[RunRequest]
    above: Path
    """The folder of the index."""
    runs: list[IndexedRun] = field(default_factory=list)

    def concluded(self, folder: Path, dossier: Dossier) -> None:
        """Keep what the index says of a run that has its verdict."""
        self.runs.append(indexed(dossier, _from(self.above, folder)))

    def unfinished(self, code: int, problem: str) -> None:
        """Keep that a suite ended without a verdict, where `concluded` was not called for it."""
        place = len(self.runs)
        self.runs.append(
            IndexedRun(
                suite=self.names[place],
                suite_path=str(self.requests[place].suite),
                exit_code=code,
                problem=problem,
            )
        )

    def index(self) -> Index:
        """Give the index; suites that were not come to are in it as not run."""
        codes = [run.exit_code for run in self.runs if run.exit_code is not None]
        left = [
            IndexedRun(suite=name, suite_path=str(request.suite), problem="not run")
            for name, request in zip(self.names, self.requests, strict=True)
        ][len(self.runs) :]
        code = gravest(codes)
        return Index(
            runs=(*self.runs, *left),
            exit_code=code,
            words=WORDS[code],
            command=_command(self.requests),
            presentation=self.requests[0].presentation,
        )


def run_several(requests: Sequence[RunRequest], registry: Registry) -> int:
    """Run suites one after the other, then write their index; give the gravest exit code.

    The index is written too when a suite ends them all: then it says which ones were not run.
    """
    names = check_suites(requests, registry)
    gathered = _Gathering(names, requests, _above(requests, Clock().wall()))
    try:
        for place, request in enumerate(requests):
            code = run_suite(request, registry, gathered.concluded)
            if len(gathered.runs) == place:
                gathered.unfinished(code, WORDS[code])
            if code == INTERRUPTED:
                break
    except HarnessError as error:
        _stopped(gathered, error.exit_code, str(error))
        raise
    except KeyboardInterrupt:
        _stopped(gathered, INTERRUPTED, "interrupted")
        raise
    finally:
        if not requests[0].dry_run and not requests[0].selection.is_calibration:
            write_index(gathered.index(), gathered.above, registry.reporters.values())
    index = gathered.index()
    if not requests[0].wants_json and not requests[0].dry_run:
        for line in index_lines(index, gathered.above):
            show(line)
    return index.exit_code


def write_index(index: Index, above: Path, reporters: Iterable[Reporter]) -> None:
    """Let every reporter write its index into the folder; say what could not be written."""
    written: list[Path] = []
    for reporter in reporters:
        try:
            for artifact in reporter.index(index):
                above.mkdir(parents=True, exist_ok=True)
                write_artifact(above, artifact)
                written.append(above / artifact.name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            tell(f"warning: reporter {reporter.name} raised {error!r}: its index is missing")
    for path in written:
        if path.suffix == ".html":
            tell(f"index: {path}")


def _stopped(gathered: _Gathering, code: int, problem: str) -> None:
    if len(gathered.runs) < len(gathered.requests):
        gathered.unfinished(code, problem)


def _command(requests: Sequence[RunRequest]) -> str:
    suites = [str(request.suite) for request in requests]
    return shlex.join(["revgate", "run", *suites, *requests[0].selection.as_flags()])


def _above(requests: Sequence[RunRequest], now: float) -> Path:
    out = requests[0].out
    if out is not None:
        return out
    seed = " ".join(str(request.suite) for request in requests)
    return RUNS / run_id(f"{len(requests)}-suites", seed, now)


def _from(above: Path, folder: Path) -> str:
    return Path(os.path.relpath(folder, above)).as_posix()


def indexed(dossier: Dossier, folder: str) -> IndexedRun:
    """Give what the index says of a run; `folder` is its folder as seen from that of the index."""
    return IndexedRun(
        suite=dossier.suite,
        suite_path=dossier.suite_path,
        exit_code=dossier.verdict.exit_code,
        folder=folder,
        task=dossier.task,
        run_id=dossier.run_id,
        started_at=dossier.started_at,
        finished_at=dossier.finished_at,
        verdict=dossier.verdict,
        targets=dossier.targets,
        counts=dossier.counts,
        cases=dossier.cases,
        regressed=sum(comparison.regressed for comparison in dossier.comparisons),
        fixed=sum(comparison.fixed for comparison in dossier.comparisons),
        waived=sum(len(comparison.waived) for comparison in dossier.comparisons),
    )
