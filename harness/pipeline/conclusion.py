"""Compares, decides and reports what is stored; no call is made."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from harness.data.dossier import Artifact, CaseView, Dossier
from harness.data.probe import Probe
from harness.data.suite import Suite
from harness.gates import gates_of
from harness.pipeline.surroundings import task_of
from harness.probes import weigh
from harness.registry import Registry
from harness.stages.compare import case_views, compare
from harness.stages.decide import Evidence, decide
from harness.stages.report import BrokenReport, Occasion, assemble, report
from harness.store import StoredCase
from harness.warnings import findings_about


def conclude(
    suite: Suite,
    stored: Callable[[], Iterator[StoredCase]],
    occasion: Occasion,
    around: Registry,
    *,
    was_interleaved: bool = True,
    probes: Sequence[Probe] = (),
) -> Dossier:
    """Compare and decide from what is stored; give the dossier with its verdict.

    `probes` are what the servers of the targets said beside the calls, in the order of time.
    """
    task = task_of(suite, around)
    asked = _Asked()
    survey = compare(asked.watch(stored()), suite, task)
    for tally in survey.tallies.values():
        tally.probed = weigh(tally.target, probes)
    gates = gates_of(suite, survey.cases, has_expectations=asked.anything)
    verdict = decide(
        Evidence(
            suite=suite,
            gates=gates,
            comparisons=survey.comparisons,
            tallies=survey.tallies,
            counts=survey.counts,
            has_stored_latency=not was_interleaved and not suite.allow_stored_latency,
        )
    )
    warned = tuple(around.on_verdict(verdict))
    warnings = (*suite.warnings, *occasion.warnings, *findings_about(suite, survey), *warned)

    def views() -> Iterator[CaseView]:
        return case_views(stored(), suite, task)

    told = replace(occasion, warnings=tuple(dict.fromkeys(warnings)))
    return assemble(suite, task, survey, verdict, told, views)


class _Asked:
    """Notices whether any case expects anything."""

    def __init__(self) -> None:
        self.anything = False

    def watch(self, cases: Iterator[StoredCase]) -> Iterator[StoredCase]:
        for stored in cases:
            if stored.case.expect is not None or stored.case.checks:
                self.anything = True
            yield stored


def write_reports(
    dossier: Dossier, registry: Registry, write: Callable[[Artifact], None]
) -> tuple[BrokenReport, ...]:
    """Let every reporter render the dossier; give those that failed."""
    return tuple(report(dossier, registry.reporters.values(), write))
