"""Comparisons and gates to a verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness import stats
from harness.data.comparison import Comparison
from harness.data.dossier import Counts
from harness.data.exchange import UNREACHABLE
from harness.data.suite import Gate, Level, Suite
from harness.data.verdict import GateResult, Verdict
from harness.gates import counted, latency, quality
from harness.gates.finding import GateFinding
from harness.gates.rows import Rows, all_rows, rows_by_tag
from harness.gates.words import rule_of
from harness.tally import Tally
from harness.units import plural

PASS, FAIL, INCONCLUSIVE, INVALID, UNREACHABLE_EXIT = 0, 1, 10, 11, 12
_PROOF_RANK = {"opaque": 0, "observed": 1, "declared": 2, "proven": 3}
_WAY = frozenset({"faults", "error_rate"})
"""Gates on the way to the model, not on its answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict is reached from."""

    suite: Suite
    gates: tuple[Gate, ...]
    comparisons: tuple[Comparison, ...]
    tallies: Mapping[str, Tally]
    counts: Counts
    has_stored_latency: bool = False
    """Whether one side comes from another run, and its latency may not be compared."""


def decide(evidence: Evidence) -> Verdict:
    """Give the verdict: invalid, then an outage, then the gates."""
    results = tuple(_results(evidence))
    gated = [result for result in results if result.level == "error"]
    if reasons := tuple(_invalid(evidence)):
        return Verdict(outcome="invalid", exit_code=INVALID, reasons=reasons, gates=results)
    failed = [result for result in gated if result.outcome == "fail"]
    outages = tuple(_outages(evidence))
    if outages and all(result.metric in _WAY for result in failed):
        return Verdict(
            outcome="inconclusive", exit_code=UNREACHABLE_EXIT, reasons=outages, gates=results
        )
    if failed:
        return Verdict(outcome="fail", exit_code=FAIL, reasons=_sentences(failed), gates=results)
    open_reasons = [
        *_unproven(evidence),
        *_sentences([result for result in gated if result.outcome == "inconclusive"]),
    ]
    if not gated:
        open_reasons.append("no gate of level error: nothing was asked, so nothing is passed")
    if open_reasons:
        return Verdict(
            outcome="inconclusive",
            exit_code=INCONCLUSIVE,
            reasons=tuple(open_reasons),
            gates=results,
        )
    return Verdict(outcome="pass", exit_code=PASS, reasons=_sentences(gated), gates=results)


def _sentences(results: Sequence[GateResult]) -> tuple[str, ...]:
    several = len({result.target for result in results}) > 1
    return tuple(
        f"{r.metric}{f' [{r.slice}]' if r.slice else ''} {r.rule}"
        f"{f' ({r.target})' if several else ''}: {r.reason}"
        for r in results
    )


def _invalid(evidence: Evidence) -> Iterator[str]:
    for name, tally in evidence.tallies.items():
        if tally.proof == "mismatch":
            others = sorted(r for r in tally.served if r != str(tally.target.revision).lower())
            yield (
                f"{name} is pinned to {tally.target.revision}, but answers came from "
                f"{', '.join(others)}: this is not the comparison that was asked for"
            )
    open_calls = evidence.counts.cancelled + sum(t.over_budget for t in evidence.tallies.values())
    if open_calls:
        yield (
            f"the run is incomplete: {plural(open_calls, 'planned call')} not sent; "
            "`revgate run --resume` goes on"
        )


def _outages(evidence: Evidence) -> Iterator[str]:
    """Name targets that could not be reached before there was enough data."""
    for name, tally in evidence.tallies.items():
        groups = tally.fault_groups()
        on_the_way = [group for group in groups if group.kind in UNREACHABLE]
        if not on_the_way or (tally.answered and not tally.stopped):
            continue
        if tally.answered or sum(g.count for g in on_the_way) == sum(g.count for g in groups):
            worst = on_the_way[0]
            skipped = f", {plural(tally.stopped, 'call')} not sent" if tally.stopped else ""
            yield (
                f"{name} could not be reached: {plural(worst.count, 'call')} ended in "
                f"{worst.kind} ({worst.message}){skipped}"
            )


def _unproven(evidence: Evidence) -> Iterator[str]:
    needed = evidence.suite.require_proof
    if needed is None:
        return
    for name, tally in evidence.tallies.items():
        if _PROOF_RANK.get(tally.proof, 0) < _PROOF_RANK[needed]:
            yield (
                f"require_proof: {needed}, but the proof of {name} is {tally.proof}: "
                f"{tally.evidence}"
            )


def _results(evidence: Evidence) -> Iterator[GateResult]:
    for gate in evidence.gates:
        if gate.level == "off":
            continue
        for comparison in evidence.comparisons:
            if gate.each == "tag":
                yield from _each_tag(evidence, gate, comparison)
            else:
                rows = all_rows(comparison.table)
                confidence = gate.confidence or 0.95
                found = _finding(evidence, gate, comparison, rows, confidence)
                yield _result(gate, comparison, None, found, _level(evidence, gate))


def _each_tag(evidence: Evidence, gate: Gate, comparison: Comparison) -> Iterator[GateResult]:
    """Decide a gate for every tag as one family.

    All tags must pass, which needs no correction; that *some* tag fails is claimed at Holm's
    adjusted levels.
    """
    families = rows_by_tag(comparison.table)
    confidence = gate.confidence or 0.95
    plain = {
        tag: _finding(evidence, gate, comparison, rows, confidence)
        for tag, rows in families.items()
    }

    def fails_at(alpha: float) -> list[bool]:
        return [
            plain[tag].outcome == "fail"
            and _finding(evidence, gate, comparison, rows, 1 - alpha).outcome == "fail"
            for tag, rows in families.items()
        ]

    kept = stats.holm(fails_at, len(families), 1 - confidence) if families else ()
    for (tag, found), holds in zip(plain.items(), kept, strict=True):
        if found.outcome == "fail" and found.method != "counted" and not holds:
            reason = f"{found.reason}; not below it once adjusted for {len(families)} tags (Holm)"
            found = replace(found, outcome="inconclusive", reason=reason)  # noqa: PLW2901
        yield _result(gate, comparison, tag, found, _level(evidence, gate))


def _finding(
    evidence: Evidence, gate: Gate, comparison: Comparison, rows: Rows, confidence: float
) -> GateFinding:
    before = evidence.tallies[comparison.baseline]
    after = evidence.tallies[comparison.candidate]
    metric = gate.metric
    if metric in latency.QUANTILES:
        if evidence.has_stored_latency:
            return GateFinding(
                outcome="inconclusive",
                reason="the sides were not called side by side: allow_stored_latency is not set",
                method="none",
            )
        if after.replayed:
            return GateFinding(
                outcome="inconclusive",
                reason="answers were replayed from a recording: latency was not measured",
                method="none",
            )
        return latency.max_ratio(gate, comparison.table, confidence, evidence.suite.run.seed)
    if metric == "regressions":
        return counted.regressions(gate, rows, confidence)
    if metric == "faults":
        return counted.faults(gate, before.states["fault"], after.states["fault"])
    if metric == "error_rate":
        return counted.error_rate(gate, _lost(before), _lost(after), confidence)
    if metric == "flaky_rate":
        return counted.flaky_rate(gate, rows, evidence.suite.run.repeats, confidence)
    if metric == "agreement":
        return quality.agreement(gate, rows, confidence)
    if metric == "pass_rate" and gate.min is not None:
        return counted.pass_rate_min(gate, rows, confidence)
    if metric in {"pass_rate", "mean_score"} and gate.max_drop is not None:
        return quality.max_drop(gate, rows, confidence)
    return GateFinding(
        outcome="inconclusive",
        reason=f"no answer stated a {metric}: there is nothing to decide on",
        method="none",
    )


def _lost(tally: Tally) -> tuple[int, int]:
    lost = tally.states["fault"] + tally.states["skipped"]
    return lost, lost + tally.answered


def _level(evidence: Evidence, gate: Gate) -> Level:
    """A latency gate of a replayed run is shown, never held against it."""
    replayed = any(tally.replayed for tally in evidence.tallies.values())
    return "warn" if replayed and gate.metric in latency.QUANTILES else gate.level


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
        is_default=gate.is_default,
    )
