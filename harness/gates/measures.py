"""Gates on a task's own measures: the mean over cases, at least or at most a limit."""

from typing import TYPE_CHECKING

from harness import stats
from harness.data.verdict import Outcome
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_least, at_most, survives
from harness.gates.question import Question
from harness.gates.rows import kept
from harness.gates.words import more_cases, sure, with_missing
from harness.pairs.means import FEWEST_UNBOUNDED, ends_of, measure_interval
from harness.units import plural

if TYPE_CHECKING:
    from harness.gates.rows import Column


def measure(question: Question) -> GateFinding:
    """Decide `min` (pass when L >= min, fail when U < min) or `max` (U <= max, L > max).

    A missing answer counts as the worst and as the best the measure is taken to be able to be:
    the ends of its range where that is 0..1 or -1..1, else the most extreme value seen.
    """
    gate, rows = question.gate, question.rows
    if gate.metric not in rows.table.measures:
        return undecided(_unknown(question))
    better = question.better.get(gate.metric, "neither")
    if better == ("lower" if gate.min is not None else "higher"):
        kind, other = ("min", "max") if gate.min is not None else ("max", "min")
        return undecided(
            f"of {gate.metric} {'less' if kind == 'min' else 'more'} is better, so {kind} would "
            f"pass what got worse: write {other}"
        )
    values, gone = rows.measure(gate.metric), rows.column("agreement_missing")
    known, clusters = values == values, rows.clusters
    n, missing = int(known.sum()), int((gone > 0).sum())
    if not n:
        what = "pair of these cases" if rows.chosen is not None else "pair of answers"
        told = f": {with_missing(missing)}" if missing else ""
        return undecided(f"no {what} has a {gate.metric}{told}")
    observed = measure_interval(values[known], kept(clusters, known), question.confidence)
    if observed is None:
        return undecided(
            f"{gate.metric} leaves -1..1 and was measured in {plural(n, 'case')}; a mean of such "
            f"numbers needs {FEWEST_UNBOUNDED}"
        )
    decided = settled = _outcome(question, observed)
    if missing:
        low, high = ends_of(values[known])
        # A case that was answered and has no such measure lacks nothing.
        counted = known | (gone >= 1)
        labels = kept(clusters, counted)
        ends = []
        for end in (low, high):
            filled = _filled(values, gone, end)[counted]
            found = measure_interval(filled, labels, question.confidence)
            ends.append(_outcome(question, found) if found is not None else "inconclusive")
        worst, best = ends if gate.min is not None else reversed(ends)
        settled = survives(decided, worst, best)
    ending = _ending(question, observed, n, missing, could_turn=decided != settled)
    return GateFinding(
        candidate=observed.estimate,
        estimate=observed.estimate,
        low=observed.low,
        high=observed.high,
        outcome=settled,
        reason=_reason(question, observed, n) + ending,
        method=observed.method,
    )


def _outcome(question: Question, interval: stats.Interval) -> Outcome:
    hold = at_least if question.gate.min is not None else at_most
    return hold((interval.low, interval.high), question.gate.limit)


def _filled(values: "Column", gone: "Column", end: float) -> "Column":
    """Give each case's mean with its missing repeats counted as `end`."""
    import numpy as np

    return np.where(values == values, values * (1.0 - gone) + gone * end, end)


def _unknown(question: Question) -> str:
    seen = [name for name in question.rows.table.measures if name != "agreement"]
    told = f"it gave {', '.join(sorted(seen))}" if seen else "it gave no measure but agreement"
    return f"the task gave no {question.gate.metric} for any pair of answers; {told}"


def _reason(question: Question, observed: stats.Interval, n: int) -> str:
    gate = question.gate
    asked = f"at least {gate.limit:g} asked" if gate.min is not None else f"{gate.limit:g} allowed"
    return (
        f"the mean {gate.metric} is {observed.estimate:.4g} over {plural(n, 'case')}, "
        f"{sure(observed.confidence)} between {observed.low:.4g} and {observed.high:.4g}; {asked}"
    )


def _ending(
    question: Question, observed: stats.Interval, n: int, missing: int, *, could_turn: bool
) -> str:
    told = f"; {with_missing(missing)}" if missing else ""
    if could_turn:
        return f"{told}, which could turn it"
    if _outcome(question, observed) == "inconclusive":
        return f"{told}; {more_cases(stats.cases_to_decide(observed, n, question.gate.limit))}"
    return told
