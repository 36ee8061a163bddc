"""Compares, decides and reports what is stored; no call is made."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from harness.data.conditions import Condition, Policy
from harness.data.dossier import Artifact, CaseView, Dossier
from harness.data.noise import Noise
from harness.data.noun import replace
from harness.data.probe import Probe
from harness.data.suite import Suite
from harness.data.verdict import Verdict
from harness.data.waiver import Waivers
from harness.gates import Asked, gates_asked
from harness.gates.noise import noise_of, noise_words
from harness.identity import iso_time
from harness.pipeline.surroundings import task_of
from harness.probes import weigh
from harness.registry import Registry
from harness.stages.compare import case_views, compare
from harness.stages.decide import Evidence, decide
from harness.stages.report import Occasion, Reported, assemble, report
from harness.store import StoredCase
from harness.tallies.survey import Survey
from harness.waivers import SeenCases, marked, settle
from harness.warnings import findings_about, findings_on_waivers

_Kept = TypeVar("_Kept")
NO_WAIVERS = Waivers()


def conclude(
    suite: Suite,
    stored: Callable[[], Iterator[StoredCase]],
    occasion: Occasion,
    around: Registry,
    *,
    was_interleaved: bool = True,
    probes: Sequence[Probe] = (),
    waivers: Waivers = NO_WAIVERS,
    conditions: tuple[Condition, ...] = (),
    is_calibration: bool = False,
    noise: Noise | None = None,
) -> Dossier:
    """Compare and decide from what is stored; give the dossier with its verdict.

    `probes` are what the servers of the targets said beside the calls, in the order of time.
    `waivers` take accepted regressions out of the gates; `conditions` are what should be equal on
    both sides. A calibration compares a side with itself and gives the noise floor; `noise` is the
    one an earlier calibration of the suite gave, and is told beside the verdict.
    """
    task = task_of(suite, around)
    asked, seen = Asked(), SeenCases(waivers)
    observed = compare(seen.watch(_counted(asked, stored())), suite, task)
    for tally in observed.tallies.values():
        tally.probed = weigh(tally.target, probes)
    day = iso_time(occasion.started_at)[:10]
    settled = settle(waivers, observed.comparisons, _revisions(suite, observed), seen, day)
    survey = replace(observed, comparisons=settled.comparisons)
    evidence = Evidence(
        suite=suite,
        gates=gates_asked(suite, asked),
        comparisons=settled.gated,
        tallies=survey.tallies,
        counts=survey.counts,
        unlike=_unlike(conditions, "block"),
        has_stored_latency=not was_interleaved and not suite.allow_stored_latency,
    )
    verdict = decide(evidence)
    without: Verdict | None = None
    if settled.waived:
        without = decide(replace(evidence, comparisons=observed.comparisons))
    if is_calibration:
        noise = replace(noise_of(evidence), run_id=occasion.run_id)
    if noise is not None:
        verdict = replace(verdict, reasons=(*verdict.reasons, noise_words(noise)))
    warned = tuple(around.on_verdict(verdict))
    found = (*findings_about(suite, survey), *findings_on_waivers(settled.uses))
    unlike = _unlike(conditions, "warn")
    warnings = (*suite.warnings, *occasion.warnings, *unlike, *found, *warned)

    changes, waived = observed.changes, settled.waived  # and not all that was added up beside them

    def views() -> Iterator[CaseView]:
        return marked(case_views(stored(), suite, task, changes), waived)

    told = replace(occasion, warnings=tuple(dict.fromkeys(warnings)))
    dossier = assemble(suite, task, survey, verdict, told, views)
    return replace(
        dossier, waivers=settled.uses, without_waivers=without, conditions=conditions, noise=noise
    )


def _unlike(conditions: tuple[Condition, ...], policy: Policy) -> tuple[str, ...]:
    """Give what is not equal and is treated so."""
    return tuple(one.words for one in conditions if not one.is_equal and one.policy == policy)


def _revisions(suite: Suite, survey: Survey) -> dict[str, str | None]:
    """Give the revision of every candidate: its pin, else the only one it was served from."""
    found: dict[str, str | None] = {}
    for target in suite.targets[1:]:
        served = list(survey.tallies[target.name].served)
        found[target.name] = target.revision or (served[0] if len(served) == 1 else None)
    return found


def _counted(asked: Asked, cases: Iterator[StoredCase]) -> Iterator[StoredCase]:
    for stored in cases:
        asked.add(stored.case)
        yield stored


def write_reports(
    dossier: Dossier, registry: Registry, write: Callable[[Artifact], _Kept]
) -> Reported[_Kept]:
    """Let every reporter render the dossier; give what `write` gave, and those that failed."""
    return report(dossier, registry.reporters.values(), write)
