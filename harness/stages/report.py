"""Verdict to files: assembles the dossier, and lets every reporter render it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

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
_Kept = TypeVar("_Kept")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Generic[_Kept]):
    """What became of the reports."""

    kept: tuple[_Kept, ...]
    """What `write` gave for each file, by reporter in the order they were given."""
    broken: tuple[BrokenReport, ...]


@dataclass(slots=True)
class _Rendered(Generic[_Kept]):
    """What became of one reporter's files."""

    kept: list[_Kept] = field(default_factory=list)
    broken: BrokenReport | None = None
    unwritten: OSError | None = None


def report(
    dossier: Dossier, reporters: Iterable[Reporter], write: Callable[[Artifact], _Kept]
) -> Reported[_Kept]:
    """Render and write every report; give what `write` gave, and the reporters that raised.

    Each runs in a thread of its own, so that all go through the cases together. `write` is called
    from those threads. Raises OSError when a file cannot be written, after the others are; an
    OSError of a reporter is the reporter's.
    """
    found = _rendered(dossier, list(reporters), write)
    for one in found:
        if one.unwritten is not None:
            raise one.unwritten
    return Reported(
        kept=tuple(kept for one in found for kept in one.kept),
        broken=tuple(one.broken for one in found if one.broken is not None),
    )


def _rendered(
    dossier: Dossier, chosen: Sequence[Reporter], write: Callable[[Artifact], _Kept]
) -> list[_Rendered[_Kept]]:
    """Render and write the reports of these reporters."""
    together = Together(dossier.case_views)
    shared = replace(dossier, case_views=together.items)

    def render(reporter: Reporter, into: _Rendered[_Kept]) -> None:
        try:
            for artifact in _guarded(partial(reporter.render, shared)):
                chunks = _guarded(partial(iter, artifact.chunks))
                into.kept.append(write(replace(artifact, chunks=chunks)))
        except OSError as error:
            into.unwritten = error
        except _RenderError as error:
            into.broken = BrokenReport(reporter=reporter.name, error=repr(error.__cause__))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may give anything
            into.broken = BrokenReport(reporter=reporter.name, error=repr(error))

    found: list[_Rendered[_Kept]] = [_Rendered() for _ in chosen]
    together.run(
        [partial(render, reporter, into) for reporter, into in zip(chosen, found, strict=True)]
    )
    return found


class _RenderError(Exception):
    """A reporter raised; the cause is what."""


def _guarded(make: Callable[[], Iterable[_Made]]) -> Iterator[_Made]:
    """Give what a reporter makes, telling its errors from those of who takes it."""
    try:
        yield from make()
    except (Exception, SystemExit) as error:
        raise _RenderError from error
