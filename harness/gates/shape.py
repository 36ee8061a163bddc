"""Gate on the raw shape of answers: what reads them may break though the answers agree."""

from harness import stats
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, judged, method_of, survives
from harness.gates.question import Question
from harness.units import plural


def shape_changes(question: Question) -> GateFinding:
    """Decide `shape_changes` `max`: cases the sides answered in different raw shapes.

    A case with a missing answer could have changed its shape too, and counts against a pass.
    """
    gate, rows = question.gate, question.rows
    if not len(rows.table.shape_changed):
        return undecided("no answer says in which raw shape it came")
    changed = rows.column("shape_changed")
    known, total = changed == changed, len(rows)
    gone = (rows.column("before_missing") > 0) | (rows.column("after_missing") > 0)
    n, seen = int(known.sum()), int((changed > 0).sum())
    if not n:
        return undecided("no case was answered by both sides")
    unknown = int((gone & ~(changed > 0)).sum())

    def span(count: int, cases: int) -> tuple[float, float]:
        low, high = judged(gate, stats.proportion(count, cases, question.confidence))
        return (low * cases, high * cases) if gate.confidence is not None else (count, count)

    observed = at_most(span(seen, n), gate.limit)
    at_worst = at_most(span(seen + unknown, total), gate.limit)
    outcome = survives(observed, at_worst, at_most(span(seen, total), gate.limit))
    reason = (
        f"the raw shape of answers changed in {plural(seen, 'case')} of {n:,}, "
        f"{gate.limit:g} allowed"
    )
    if outcome != observed:
        reason += f"; with what is missing it could be {seen + unknown:,}"
    elif outcome == "inconclusive":
        reason += "; undecided"
    interval = stats.proportion(seen, n, question.confidence)
    return GateFinding(
        candidate=float(seen),
        estimate=float(seen),
        low=interval.low * n,
        high=interval.high * n,
        outcome=outcome,
        reason=reason,
        method=method_of(gate, interval),
    )
