"""Verdict to files: assembles the dossier, and lets every reporter render it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from harness.api.kinds import Reporter, Task
from harness.data.dossier import Artifact, CaseView, Dossier
from harness.data.suite import Suite
from harness.data.verdict import Verdict
from harness.identity import iso_time
from harness.jsonvalue import Json
from harness.survey import Survey

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When, where and how a run was made."""

    run_id: str
    started_at: float
    finished_at: float
    environment: Mapping[str, Json]
    reproduce: tuple[str, ...]
    warnings: tuple[str, ...]


def assemble(
    suite: Suite,
    task: Task,
    survey: Survey,
    verdict: Verdict,
    occasion: Occasion,
    case_views: Callable[[], Iterator[CaseView]],
) -> Dossier:
    """Give the dossier of a finished comparison."""
    tallies = [survey.tallies[target.name] for target in suite.targets]
    return Dossier(
        suite=suite.name,
        task=task.name,
        show=task.show,
        suite_path=str(suite.path),
        run_id=occasion.run_id,
        started_at=iso_time(occasion.started_at),
        finished_at=iso_time(occasion.finished_at),
        targets=tuple(tally.view() for tally in tallies),
        counts=survey.counts,
        cases=survey.cases,
        repeats=suite.run.repeats,
        comparisons=survey.comparisons,
        verdict=verdict,
        faults=tuple(group for tally in tallies for group in tally.fault_groups()),
        warnings=occasion.warnings,
        environment=occasion.environment,
        reproduce=occasion.reproduce,
        case_views=case_views,
        parameters=suite.parameters,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenReport:
    """A reporter that raised."""

    reporter: str
    error: str


def report(
    dossier: Dossier, reporters: Iterable[Reporter], write: Callable[[Artifact], None]
) -> Iterator[BrokenReport]:
    """Render and write every report; give the reporters that raised.

    Raises OSError when a file cannot be written; an OSError of a reporter is the reporter's.
    """
    for reporter in reporters:
        try:
            for artifact in _guarded(partial(reporter.render, dossier)):
                chunks = _guarded(partial(iter, artifact.chunks))
                write(Artifact(name=artifact.name, chunks=chunks))
        except OSError:
            raise
        except _RenderError as error:
            yield BrokenReport(reporter=reporter.name, error=repr(error.__cause__))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may give anything
            yield BrokenReport(reporter=reporter.name, error=repr(error))


class _RenderError(Exception):
    """A reporter raised; the cause is what."""


def _guarded(make: Callable[[], Iterable[_Made]]) -> Iterator[_Made]:
    """Give what a reporter makes, telling its errors from those of who takes it."""
    try:
        yield from make()
    except (Exception, SystemExit) as error:
        raise _RenderError from error
