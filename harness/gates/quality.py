"""Inferred gates on answers: pass rate, mean score, agreement."""

from typing import TYPE_CHECKING

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Gate
from harness.data.verdict import Outcome
from harness.gates.difference import Difference, difference
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_least, survives
from harness.gates.question import Question
from harness.gates.watch import Watch
from harness.gates.words import (
    at_any_time,
    between_points,
    between_shares,
    more_cases,
    sure,
    up_to_points,
    with_missing,
)
from harness.pairs.means import mean_interval
from harness.units import format_points, format_share, plural

if TYPE_CHECKING:
    from harness.gates.rows import Column, Units


def max_drop(question: Question) -> GateFinding:
    """Decide `pass_rate` or `mean_score` `max_drop`: pass when L >= -m, fail when U < -m."""
    gate = question.gate
    found = difference(
        question.rows,
        "pass" if gate.metric == "pass_rate" else "score",
        question.confidence,
        question.watch,
    )
    if not found.n:
        return undecided(f"no case was answered by both sides: {with_missing(found.missing)}")

    def outcome(interval: stats.Interval) -> Outcome:
        return at_least((interval.low, interval.high), -gate.limit)

    decided = outcome(found.observed)
    settled = survives(decided, outcome(found.worst), outcome(found.best))
    return GateFinding(
        baseline=found.before,
        candidate=found.after,
        estimate=found.observed.estimate,
        low=found.observed.low,
        high=found.observed.high,
        outcome=settled,
        reason=_drop_words(gate, found) + _drop_ending(gate, found, decided, settled),
        method=found.observed.method,
    )


def _drop_words(gate: Gate, found: Difference) -> str:
    interval = found.observed
    allowed = f"a drop of {up_to_points(gate.limit)} is allowed"
    return (
        f"the {gate.metric.replace('_', ' ')} goes from {format_share(found.before)} to "
        f"{format_share(found.after)} over {plural(found.n, 'case')}: "
        f"{format_points(interval.estimate)}, {sure(interval.confidence)} "
        f"{at_any_time(interval)}{between_points(interval.low, interval.high)}; "
        f"{allowed if gate.limit else 'no drop is allowed'}"
    )


def _drop_ending(gate: Gate, found: Difference, decided: Outcome, settled: Outcome) -> str:
    missing = f"; {with_missing(found.missing)}" if found.missing else ""
    if decided != settled:
        return f"{missing}, which could turn it"
    if settled == "inconclusive":
        return f"{missing}; {more_cases(_more(gate, found))}"
    return missing


def _more(gate: Gate, found: Difference) -> int | None:
    """Give how many more cases would probably decide; flips tell it better than the interval."""
    if found.flips is not None and 0 < gate.limit < 1:
        worse, better = found.flips
        return stats.required_cases(
            worse, better, found.n, max_drop=gate.limit, confidence=found.observed.confidence
        )
    return stats.cases_to_decide(found.observed, found.n, -gate.limit)


def agreement(question: Question) -> GateFinding:
    """Decide `agreement` `min`: pass when L >= min, fail when U < min."""
    gate, rows, clusters = question.gate, question.rows, question.rows.clusters
    values, gone = rows.column("agreement"), rows.column("agreement_missing")
    known = values == values
    n, missing = int(known.sum()), int((gone > 0).sum())
    if not n:
        return undecided(f"no pair of answers could be compared: {with_missing(missing)}")

    def interval_of(values: "Column", labels: "Units | None") -> stats.Interval:
        if question.watch is not None:
            return _share_so_far(question.watch, values, labels, question.confidence)
        return mean_interval(values, labels, question.confidence)

    observed = interval_of(values[known], rows.labels(known))

    def outcome(interval: stats.Interval) -> Outcome:
        return at_least((interval.low, interval.high), gate.limit)

    decided = settled = outcome(observed)
    if missing:
        low, high = rows.bounds("agreement", "agreement_missing")
        at_worst = outcome(interval_of(low, clusters))
        at_best = outcome(interval_of(high, clusters))
        settled = survives(decided, at_worst, at_best)
    reason = (
        f"both sides agree on {format_share(observed.estimate)} of {plural(n, 'case')}, "
        f"{sure(observed.confidence)} {at_any_time(observed)}"
        f"{between_shares(observed.low, observed.high)}; "
        f"at least {format_share(gate.limit)} asked"
    )
    if missing:
        reason += f"; {with_missing(missing)}"
    if decided != settled:
        reason += ", which could turn it"
    elif settled == "inconclusive":
        reason += f"; {more_cases(_more_pairs(gate, observed, n))}"
    return GateFinding(
        candidate=observed.estimate,
        estimate=observed.estimate,
        low=observed.low,
        high=observed.high,
        outcome=settled,
        reason=reason,
        method=observed.method,
    )


def _share_so_far(
    watch: Watch, values: "Column", clusters: "Units | None", confidence: float
) -> stats.Interval:
    """Give the mean of shares with an interval that holds at whatever row one stopped to look."""
    found = watch.interval(values - 1.0, clusters, confidence)
    return replace(
        found, estimate=1 + found.estimate, low=1 + found.low, high=min(1 + found.high, 1.0)
    )


def _more_pairs(gate: Gate, observed: stats.Interval, n: int) -> int | None:
    """Give how many more cases would probably decide; where all agree it is known exactly."""
    if observed.estimate == 1.0 and gate.limit < 1:
        return max(1, stats.cases_to_reach(gate.limit, observed.confidence) - n)
    return stats.cases_to_decide(observed, n, gate.limit)
