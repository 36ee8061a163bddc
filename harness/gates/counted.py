"""Gates on a number: regressions, faults."""

from harness import stats
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, judged, method_of, survives
from harness.gates.question import Question
from harness.gates.rows import Rows
from harness.units import plural


def regressions(question: Question) -> GateFinding:
    """Decide `regressions` `max`: cases whose majority of repeats passed and now fails.

    A missing answer could be a regression, and one that came could be outvoted by those that did
    not: both count against a decision.
    """
    gate, rows = question.gate, question.rows
    before, after = rows.column("before_pass"), rows.column("after_pass")
    low_before, high_before = rows.bounds("before_pass", "before_missing")
    low_after, high_after = rows.bounds("after_pass", "after_missing")
    known, total = int(((before == before) & (after == after)).sum()), len(rows)
    if not known:
        return undecided("no case was answered by both sides")
    seen = int(((before > 0.5) & (after < 0.5)).sum())
    certain = int(((low_before > 0.5) & (high_after < 0.5)).sum())
    possible = int(((high_before > 0.5) & (low_after < 0.5)).sum())

    def span(count: int, cases: int) -> tuple[float, float]:
        low, high = judged(gate, stats.proportion(count, cases, question.confidence))
        return (low * cases, high * cases) if gate.confidence is not None else (count, count)

    observed = at_most(span(seen, known), gate.limit)
    outcome = survives(
        observed,
        at_most(span(possible, total), gate.limit),
        at_most(span(certain, total), gate.limit),
    )
    reason = (
        f"{plural(seen, 'case')} passed before and {'fails' if seen == 1 else 'fail'} now, "
        f"{gate.limit:g} allowed"
    )
    if outcome != observed:
        reason += f"; with what is missing it could be anything from {certain:,} to {possible:,}"
    elif outcome == "inconclusive":
        reason += "; undecided"
    interval = stats.proportion(seen, known, question.confidence)
    return GateFinding(
        candidate=float(seen),
        estimate=float(seen),
        low=interval.low * known,
        high=interval.high * known,
        outcome=outcome,
        reason=reason,
        method=method_of(gate, interval),
    )


def calls_of(rows: Rows, side: str, repeats: int) -> tuple[int, int, int]:
    """Give (calls that ended in a fault, calls not sent, calls planned) of `before` or `after`."""
    planned = len(rows) * repeats
    faults = int(rows.column(f"{side}_faults").sum())
    missing = round(float(rows.column(f"{side}_missing").sum()) * repeats)
    return faults, max(0, missing - faults), planned


def faults(question: Question) -> GateFinding:
    """Decide `faults` `max`: calls of the candidate that ended in a fault."""
    gate, rows, repeats = question.gate, question.rows, question.run.repeats
    lost, unsent, planned = calls_of(rows, "after", repeats)
    sent = planned - unsent
    if not sent:
        return undecided(f"none of {plural(planned, 'call')} of the candidate was sent")
    interval = stats.proportion(lost, sent, question.confidence)
    low, high = judged(gate, interval)
    span = (low * sent, high * sent) if gate.confidence is not None else (lost, lost)
    observed = at_most(span, gate.limit)
    at_worst = at_most((span[0] + unsent, span[1] + unsent), gate.limit)
    reason = (
        f"{plural(lost, 'call')} of the candidate, of {sent:,} sent, ended in a fault, "
        f"{gate.limit:g} allowed"
    )
    if unsent:
        reason += f"; {plural(unsent, 'call')} not sent"
    return GateFinding(
        baseline=float(calls_of(rows, "before", repeats)[0]),
        candidate=float(lost),
        estimate=float(lost),
        low=interval.low * sent,
        high=interval.high * sent,
        outcome=survives(observed, at_worst, observed),
        reason=reason,
        method=method_of(gate, interval),
    )
