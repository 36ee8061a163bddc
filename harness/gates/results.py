"""Every gate of a suite decided for every candidate, and for every tag where it says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness import stats
from harness.data.comparison import Comparison, Estimate
from harness.data.dossier import Counts
from harness.data.noun import replace
from harness.data.suite import Gate, Level, Suite
from harness.data.verdict import GateResult
from harness.gates.finding import GateFinding, undecided
from harness.gates.latency import QUANTILES
from harness.gates.question import CONFIDENCE, Question
from harness.gates.rows import Rows, rows_by_tag
from harness.gates.table import finding_of
from harness.gates.words import rule_of
from harness.tallies.tally import Tally
from harness.units import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict is reached from."""

    suite: Suite
    gates: tuple[Gate, ...]
    comparisons: tuple[Comparison, ...]
    tallies: Mapping[str, Tally]
    counts: Counts
    unlike: tuple[str, ...] = ()
    """How the sides are not alike in what must be equal, a sentence each."""
    has_stored_latency: bool = False
    """Whether one side comes from another run, and its latency may not be compared."""


def gate_results(evidence: Evidence) -> Iterator[GateResult]:
    """Give a result a gate, candidate and tag; gates of level off are left out."""
    for gate in evidence.gates:
        if gate.level == "off":
            continue
        for comparison in evidence.comparisons:
            blind = _blind(evidence, gate, comparison)
            if blind is not None:
                found: Iterator[tuple[str | None, GateFinding]] = iter([(None, blind)])
            elif gate.each == "tag":
                found = _by_tag(evidence, gate, comparison)
            else:
                question = _question(evidence, gate, comparison, Rows(table=comparison.table))
                found = iter([(None, finding_of(question))])
            for tag, finding in found:
                yield _result(gate, comparison, tag, finding, _level(evidence, gate))


def _question(evidence: Evidence, gate: Gate, comparison: Comparison, rows: Rows) -> Question:
    known = {"latency_p50": comparison.latency_p50, "latency_p95": comparison.latency_p95}
    ratios: dict[str, Estimate] = {name: r for name, r in known.items() if r is not None}
    return Question(
        gate=gate,
        rows=rows,
        confidence=gate.confidence or CONFIDENCE,
        run=evidence.suite.run,
        ratios=ratios,
        better={measure.name: measure.better for measure in comparison.measures},
        unmeasured=_unmeasured(evidence, gate, comparison) if rows.chosen is None else "",
    )


def _unmeasured(evidence: Evidence, gate: Gate, comparison: Comparison) -> str:
    """Say how many answers moved or travelled in batches; empty where none did."""
    if gate.metric not in QUANTILES:
        return ""
    sides = [evidence.tallies[name] for name in (comparison.baseline, comparison.candidate)]
    moved, batched = sum(t.moved for t in sides), sum(t.batched for t in sides)
    words = []
    if moved:
        words.append(f"{plural(moved, 'answer')} from another url than the one meant")
    if batched:
        words.append(f"{plural(batched, 'answer')} that travelled in batches")
    were = "is" if moved + batched == 1 else "are"
    return f"{' and '.join(words)} {were} left out" if words else ""


def _by_tag(
    evidence: Evidence, gate: Gate, comparison: Comparison
) -> Iterator[tuple[str | None, GateFinding]]:
    """Decide a gate for every tag as one family.

    All tags must pass, which needs no correction; that *some* tag fails is claimed at Holm's
    adjusted levels. What was counted is not a claim about other cases and is not adjusted.
    """
    families = rows_by_tag(comparison.table)
    if not families:
        yield None, undecided("no case has a tag: there is nothing to decide on")
        return
    asked = {tag: _question(evidence, gate, comparison, r) for tag, r in families.items()}
    plain = {tag: finding_of(question) for tag, question in asked.items()}

    def fails_at(level: float) -> list[bool]:
        return [
            plain[tag].outcome == "fail"
            and finding_of(replace(question, confidence=1 - level)).outcome == "fail"
            for tag, question in asked.items()
        ]

    kept = stats.holm(fails_at, len(asked), 1 - (gate.confidence or CONFIDENCE))
    for (tag, found), holds in zip(plain.items(), kept, strict=True):
        if found.outcome == "fail" and found.method != "counted" and not holds:
            reason = (
                f"{found.reason}; not sure enough for one of {plural(len(asked), 'tag')} (Holm)"
            )
            yield tag, replace(found, outcome="inconclusive", reason=reason)
        else:
            yield tag, found


def _blind(evidence: Evidence, gate: Gate, comparison: Comparison) -> GateFinding | None:
    """Give why a latency gate cannot be decided at all, None when it can."""
    if gate.metric not in QUANTILES:
        return None
    names = (comparison.baseline, comparison.candidate)
    stored = any(t.run is not None for t in evidence.suite.targets if t.name in names)
    if evidence.has_stored_latency or (stored and not evidence.suite.allow_stored_latency):
        return undecided(
            "the sides were not called side by side, so their latencies do not compare; "
            "`allow_stored_latency: true` compares them all the same"
        )
    if any(evidence.tallies[name].replayed for name in names):
        return undecided("answers were replayed from a recording: latency was not measured")
    return None


def _level(evidence: Evidence, gate: Gate) -> Level:
    """A latency gate of a replayed run is shown, never held against it."""
    replayed = any(tally.replayed for tally in evidence.tallies.values())
    return "warn" if replayed and gate.metric in QUANTILES else gate.level


def _result(
    gate: Gate, comparison: Comparison, tag: str | None, found: GateFinding, level: Level
) -> GateResult:
    return GateResult(
        metric=gate.metric,
        rule=rule_of(gate),
        target=comparison.candidate,
        slice=tag,
        level=level,
        baseline=found.baseline,
        candidate=found.candidate,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        limit=gate.limit,
        outcome=found.outcome,
        reason=found.reason,
        method=found.method,
        confidence=gate.confidence or CONFIDENCE,
        is_default=gate.is_default,
    )
