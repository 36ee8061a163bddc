"""Comparisons and gates to a verdict."""

from collections.abc import Iterator, Sequence

from harness.data.exchange import UNREACHABLE
from harness.data.noun import replace
from harness.data.verdict import GateResult, Verdict
from harness.gates.results import Evidence, gate_results
from harness.units import plural

__all__ = ["Evidence", "decide"]

PASS, FAIL, INCONCLUSIVE, INVALID, UNREACHABLE_EXIT = 0, 1, 10, 11, 12
_PROOF_RANK = {"opaque": 0, "observed": 1, "declared": 2, "proven": 3}
_WAY = frozenset({"faults", "error_rate"})
"""Gates on the way to the model, not on its answers."""


def decide(evidence: Evidence) -> Verdict:
    """Give the verdict: invalid, then an outage, then the gates.

    An outage explains why calls found no answer, so gates on the way to the model do not outweigh
    it; a gate that fails on the answers that did come does.
    """
    verdict = _decided(evidence)
    return replace(verdict, reasons=(*verdict.reasons, *_saved(evidence)))


def _decided(evidence: Evidence) -> Verdict:
    results = tuple(gate_results(evidence))
    gated = [result for result in results if result.level == "error"]
    if reasons := tuple(_invalid(evidence)):
        return Verdict(outcome="invalid", exit_code=INVALID, reasons=reasons, gates=results)
    failed = [result for result in gated if result.outcome == "fail"]
    outages = tuple(_outages(evidence))
    unproven = tuple(_unproven(evidence))
    several = len(evidence.comparisons) > 1
    if outages and all(result.metric in _WAY for result in failed):
        return Verdict(
            outcome="inconclusive", exit_code=UNREACHABLE_EXIT, reasons=outages, gates=results
        )
    if failed:
        reasons = (*_sentences(failed, several=several), *outages, *unproven)
        return Verdict(outcome="fail", exit_code=FAIL, reasons=reasons, gates=results)
    undecided = [result for result in gated if result.outcome == "inconclusive"]
    open_reasons = (*unproven, *_sentences(undecided, several=several))
    if not gated:
        open_reasons += ("no gate of level error: nothing was asked, so nothing is passed",)
    if open_reasons:
        return Verdict(
            outcome="inconclusive", exit_code=INCONCLUSIVE, reasons=open_reasons, gates=results
        )
    reasons = _sentences(gated, several=several)
    return Verdict(outcome="pass", exit_code=PASS, reasons=reasons, gates=results)


def _sentences(results: Sequence[GateResult], *, several: bool) -> tuple[str, ...]:
    """Give a sentence a gate; of several candidates each names its own."""
    return tuple(
        f"{r.metric}{f' [{r.slice}]' if r.slice else ''} {r.rule}"
        f"{f' ({r.target})' if several else ''}: {r.reason}"
        for r in results
    )


def _invalid(evidence: Evidence) -> Iterator[str]:
    yield from evidence.unlike
    for name, tally in evidence.tallies.items():
        if tally.proof == "mismatch":
            yield from (f"{name}: {words}" for words in tally.probed.contradictions)
            others = sorted(r for r in tally.served if r != str(tally.target.revision).lower())
            story = tally.servings.story
            if tally.target.revision is None:
                if story:
                    yield (
                        f"{name} is not pinned, and one side was several models: {story}; pin it "
                        "to one of them, or run it again once all of its servers are the same"
                    )
                continue
            if not others:
                continue
            yield (
                f"{name} is pinned to {tally.target.revision}, but answers came from "
                f"{', '.join(others)}: this is not the comparison that was asked for"
                f"{f'; {story}' if story else ''}"
            )
    if cancelled := evidence.counts.cancelled:
        were = "was" if cancelled == 1 else "were"
        yield (
            f"the run is incomplete: {plural(cancelled, 'planned call')} {were} not sent; "
            "`revgate run --resume` goes on"
        )
    if spent := sum(tally.over_budget for tally in evidence.tallies.values()):
        were = "was" if spent == 1 else "were"
        causes = {t.budget_words: None for t in evidence.tallies.values() if t.budget_words}
        yield (
            f"the run is incomplete: {plural(spent, 'planned call')} {were} not sent: "
            f"{'; '.join(causes)}"
        )


def _saved(evidence: Evidence) -> Iterator[str]:
    """Say what stopping early saved."""
    tallies = evidence.tallies.values()
    if saved := sum(tally.saved for tally in tallies):
        because = next(tally.saved_words for tally in tallies if tally.saved_words)
        yield (
            f"stopped early: {saved:,} of {plural(evidence.counts.planned, 'planned call')} were "
            f"saved, as {because}; intervals of gates on answers hold whenever one stops"
        )


def _outages(evidence: Evidence) -> Iterator[str]:
    """Name targets that could not be reached before there was enough data.

    Either the calls to a target were given up, or none was answered and most found no way to it.
    """
    for name, tally in evidence.tallies.items():
        groups = tally.fault_groups()
        on_the_way = [group for group in groups if group.kind in UNREACHABLE]
        if not on_the_way:
            continue
        lost, all_lost = (sum(group.count for group in some) for some in (on_the_way, groups))
        if not tally.stopped and (tally.answered or 2 * lost < all_lost):
            continue
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
