"""Gate on the raw shape of answers: what reads them may break though the answers agree."""

from typing import TYPE_CHECKING

from harness import stats
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, method_of, survives
from harness.gates.question import Question
from harness.pairs.means import mean_interval
from harness.units import plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


def shape_changes(question: Question) -> GateFinding:
    """Decide `shape_changes` `max`: cases the sides answered in different raw shapes.

    A case with a missing answer could have changed its shape too, and counts against a pass.
    """
    gate, rows = question.gate, question.rows
    if not len(rows.table.shape_changed):
        return undecided("no answer says in which raw shape it came")
    changed = rows.column("shape_changed")
    known = changed == changed
    gone = (rows.column("before_missing") > 0) | (rows.column("after_missing") > 0)
    n, seen = int(known.sum()), int((changed > 0).sum())
    if not n:
        return undecided("no case was answered by both sides")
    has_changed = changed > 0
    could_have = gone & ~has_changed
    unknown = int(could_have.sum())
    everywhere = known | True

    def share(which: "Mask", of: "Mask") -> stats.Interval:
        return mean_interval(which[of].astype(float), rows.labels(of), question.confidence)

    def span(which: "Mask", of: "Mask") -> tuple[float, float]:
        if gate.confidence is None:
            return float(which[of].sum()), float(which[of].sum())
        interval = share(which, of)
        return interval.low * int(of.sum()), interval.high * int(of.sum())

    observed = at_most(span(has_changed, known), gate.limit)
    at_worst = at_most(span(has_changed | could_have, everywhere), gate.limit)
    outcome = survives(observed, at_worst, at_most(span(has_changed, everywhere), gate.limit))
    reason = (
        f"the raw shape of answers changed in {plural(seen, 'case')} of {n:,}, "
        f"{gate.limit:g} allowed"
    )
    if outcome != observed:
        reason += f"; with what is missing it could be {seen + unknown:,}"
    elif outcome == "inconclusive":
        reason += "; undecided"
    interval = share(has_changed, known)
    return GateFinding(
        candidate=float(seen),
        estimate=float(seen),
        low=interval.low * n,
        high=interval.high * n,
        outcome=outcome,
        reason=reason,
        method=method_of(gate, interval),
    )
