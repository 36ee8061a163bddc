"""Gates on a number: regressions, faults."""

from typing import TYPE_CHECKING

from harness import stats
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, judged, method_of, survives
from harness.gates.question import Question
from harness.gates.rows import Rows
from harness.pairs.means import mean_interval
from harness.units import plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


def regressions(question: Question) -> GateFinding:
    """Decide `regressions` `max`: cases whose majority of repeats passed and now fails.

    A missing answer could be a regression, and one that came could be outvoted by those that did
    not: both count against a decision.
    """
    gate, rows = question.gate, question.rows
    before, after = rows.column("before_pass"), rows.column("after_pass")
    low_before, high_before = rows.bounds("before_pass", "before_missing")
    low_after, high_after = rows.bounds("after_pass", "after_missing")
    known = int(((before == before) & (after == after)).sum())
    if not known:
        return undecided("no case was answered by both sides")
    is_known = (before == before) & (after == after)
    everywhere = is_known | True
    has_regressed = (before > 0.5) & (after < 0.5)
    is_certain = (low_before > 0.5) & (high_after < 0.5)
    is_possible = (high_before > 0.5) & (low_after < 0.5)
    seen, certain, possible = (
        int(which.sum()) for which in (has_regressed, is_certain, is_possible)
    )

    def share(which: "Mask", of: "Mask") -> stats.Interval:
        return mean_interval(which[of].astype(float), rows.labels(of), question.confidence)

    def span(which: "Mask", of: "Mask") -> tuple[float, float]:
        if gate.confidence is None:
            return float(which[of].sum()), float(which[of].sum())
        interval = share(which, of)
        return interval.low * int(of.sum()), interval.high * int(of.sum())

    observed = at_most(span(has_regressed, is_known), gate.limit)
    outcome = survives(
        observed,
        at_most(span(is_possible, everywhere), gate.limit),
        at_most(span(is_certain, everywhere), gate.limit),
    )
    reason = (
        f"{plural(seen, 'case')} passed before and {'fails' if seen == 1 else 'fail'} now, "
        f"{gate.limit:g} allowed"
    )
    if outcome != observed:
        reason += f"; with what is missing it could be anything from {certain:,} to {possible:,}"
    elif outcome == "inconclusive":
        reason += "; undecided"
    interval = share(has_regressed, is_known)
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
    came = rows.uncounted(side)
    return faults, max(0, missing - faults - int(came.sum())), planned


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
