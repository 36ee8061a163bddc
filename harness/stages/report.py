"""Verdict to files: assembles the dossier, and lets every reporter render it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from harness.api.kinds import Reporter, Task
from harness.data.dossier import Artifact, CaseView, Dossier
from harness.data.noun import replace
from harness.data.suite import Suite
from harness.data.verdict import Verdict
from harness.identity import iso_time
from harness.jsonvalue import Json
from harness.tallies.survey import Survey
from harness.together import Together

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
) -> tuple[BrokenReport, ...]:
    """Render and write every report; give the reporters that raised.

    Each runs in a thread of its own, so that all go through the cases together. `write` is called
    from those threads. Raises OSError when a file cannot be written, after the others are; an
    OSError of a reporter is the reporter's.
    """
    chosen = list(reporters)
    together = Together(dossier.case_views)
    shared = replace(dossier, case_views=together.items)
    broken: dict[int, BrokenReport] = {}
    unwritten: list[OSError] = []

    def render(number: int, reporter: Reporter) -> None:
        try:
            for artifact in _guarded(partial(reporter.render, shared)):
                chunks = _guarded(partial(iter, artifact.chunks))
                write(replace(artifact, chunks=chunks))
        except OSError as error:
            unwritten.append(error)
        except _RenderError as error:
            broken[number] = BrokenReport(reporter=reporter.name, error=repr(error.__cause__))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may give anything
            broken[number] = BrokenReport(reporter=reporter.name, error=repr(error))

    together.run([partial(render, number, reporter) for number, reporter in enumerate(chosen)])
    if unwritten:
        raise unwritten[0]
    return tuple(broken[number] for number in sorted(broken))


class _RenderError(Exception):
    """A reporter raised; the cause is what."""


def _guarded(make: Callable[[], Iterable[_Made]]) -> Iterator[_Made]:
    """Give what a reporter makes, telling its errors from those of who takes it."""
    try:
        yield from make()
    except (Exception, SystemExit) as error:
        raise _RenderError from error
