"""Gates on a share of one side: errors, passes, flaky cases."""

from typing import TYPE_CHECKING

from harness import stats
from harness.data.suite import Gate
from harness.data.verdict import Outcome
from harness.gates.counted import calls_of
from harness.gates.difference import Shares
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_least, at_most, judged, method_of, survives
from harness.gates.question import Question
from harness.gates.rises import max_rise_of
from harness.gates.words import between_shares, more_cases, sure, with_missing
from harness.pairs.means import mean_interval
from harness.units import format_share, plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from harness.gates.rows import Column

    Mask = NDArray[np.bool_]


def error_rate(question: Question) -> GateFinding:
    """Decide `error_rate` `max`: the share of the candidate's calls that ended in a fault.

    Inferred, a case, or its cluster, is the unit.
    """
    gate, rows, repeats = question.gate, question.rows, question.run.repeats
    lost, unsent, planned = calls_of(rows, "after", repeats)
    if planned == unsent:
        return undecided(f"none of {plural(planned, 'call')} of the candidate was sent")
    if gate.confidence is None:
        observed = stats.proportion(lost, planned - unsent, question.confidence)
        at_worst = stats.proportion(lost + unsent, planned, question.confidence)
        at_best = stats.proportion(lost, planned, question.confidence)
    else:
        shares, least, most = _faulted(question, "after")
        is_known = shares == shares
        observed = mean_interval(shares[is_known], rows.labels(is_known), question.confidence)
        at_worst = mean_interval(most, rows.clusters, question.confidence)
        at_best = mean_interval(least, rows.clusters, question.confidence)

    def outcome(interval: stats.Interval) -> Outcome:
        return at_most(judged(gate, interval), gate.limit)

    decided = survives(outcome(observed), outcome(at_worst), outcome(at_best))
    before_lost, before_unsent, _ = calls_of(rows, "before", repeats)
    before_sent = planned - before_unsent
    sent = f"{lost:,} of {plural(planned - unsent, 'call')} of the candidate"
    reason = f"{sent} ended in a fault ({format_share(observed.estimate)})"
    reason += _sure(gate, observed) + f", {format_share(gate.limit)} allowed"
    if unsent:
        reason += f"; {plural(unsent, 'call')} not sent"
    reason += _open(gate, observed, outcome(observed), planned // repeats)
    return _finding(
        gate, before_lost / before_sent if before_sent else None, observed, decided, reason
    )


def error_rate_rise(question: Question) -> GateFinding:
    """Decide `error_rate` `max_rise`: of the calls that were sent, the share that ended in a fault.

    A call that was not sent could have ended either way.
    """
    before, low_before, high_before = _faulted(question, "before")
    after, low_after, high_after = _faulted(question, "after")
    is_open = (high_before > low_before) | (high_after > low_after)
    shares = Shares(
        before=before,
        after=after,
        bounds=lambda: (low_before, high_before, low_after, high_after),
        missing=int(is_open.sum()),
    )
    return max_rise_of(question, shares, "the share of calls that ended in a fault")


def _faulted(question: Question, side: str) -> "tuple[Column, Column, Column]":
    """Give each case's share of calls that ended in a fault, of those sent, NaN where none was;
    and the least and the greatest it could be if all had been."""
    import numpy as np

    rows, repeats = question.rows, question.run.repeats
    faults = rows.column(f"{side}_faults")
    missing = np.round(rows.column(f"{side}_missing") * repeats)
    sent = repeats - np.maximum(0.0, missing - faults - rows.uncounted(side))
    share = np.full(len(rows), np.nan)
    np.divide(faults, sent, out=share, where=sent > 0)
    return share, faults / repeats, (faults + repeats - sent) / repeats


def pass_rate_min(question: Question) -> GateFinding:
    """Decide `pass_rate` `min`: the candidate's pass rate over the cases it answered."""
    gate, rows = question.gate, question.rows
    before, after = rows.column("before_pass"), rows.column("after_pass")
    known, clusters = after == after, rows.clusters
    n, missing = int(known.sum()), int((rows.column("after_missing") > 0).sum())
    if not n:
        return undecided(f"the candidate answered none of {plural(len(rows), 'case')}")
    observed = mean_interval(after[known], rows.labels(known), question.confidence)

    def outcome(interval: stats.Interval) -> Outcome:
        return at_least(judged(gate, interval), gate.limit)

    decided = outcome(observed)
    if missing:
        low, high = rows.bounds("after_pass", "after_missing")
        at_worst = outcome(mean_interval(low, clusters, question.confidence))
        at_best = outcome(mean_interval(high, clusters, question.confidence))
        decided = survives(decided, at_worst, at_best)
    reason = f"{format_share(observed.estimate)} of {plural(n, 'answered case')} "
    reason += f"{'passes' if n == 1 else 'pass'}{_sure(gate, observed)}"
    reason += f", at least {format_share(gate.limit)} asked"
    if missing:
        could = ", which could turn it" if decided != outcome(observed) else ""
        reason += f"; {with_missing(missing)}{could}"
    reason += _open(gate, observed, outcome(observed), n)
    baseline = before[before == before]
    rate = float(baseline.mean()) if len(baseline) else None
    return _finding(gate, rate, observed, decided, reason)


def flaky_rate(question: Question) -> GateFinding:
    """Decide `flaky_rate` `max`: the share of cases whose own repeats disagree on passing.

    Whether a case with a missing repeat is flaky is not known unless those that came disagree.
    """
    gate, rows, total = question.gate, question.rows, len(question.rows)
    if question.run.repeats < 2:
        return undecided("one repeat says nothing of flakiness: set run.repeats to 2 or more")
    is_flaky = rows.column("after_flaky") > 0
    is_open = (rows.column("after_missing") > 0) & ~is_flaky
    flaky, unknown = int(is_flaky.sum()), int(is_open.sum())
    if total == unknown:
        return undecided(f"every repeat came back for none of {plural(total, 'case')}")

    def share(is_counted: "Mask", of: "Mask") -> stats.Interval:
        values = is_counted[of].astype(float)
        return mean_interval(values, rows.labels(of), question.confidence)

    def outcome(interval: stats.Interval) -> Outcome:
        return at_most(judged(gate, interval), gate.limit)

    everywhere = is_flaky | True
    observed = share(is_flaky, ~is_open)
    at_worst, at_best = share(is_flaky | is_open, everywhere), share(is_flaky, everywhere)
    decided = survives(outcome(observed), outcome(at_worst), outcome(at_best))
    reason = f"the repeats of {flaky:,} of {plural(total - unknown, 'case')} disagree "
    reason += f"({format_share(observed.estimate)}){_sure(gate, observed)}"
    reason += f", {format_share(gate.limit)} allowed"
    if unknown:
        reason += f"; {with_missing(unknown)}"
    reason += _open(gate, observed, outcome(observed), total - unknown)
    baseline = float((rows.column("before_flaky") > 0).mean())
    return _finding(gate, baseline, observed, decided, reason)


def _sure(gate: Gate, interval: stats.Interval) -> str:
    if gate.confidence is None:
        return ""
    return f", {sure(interval.confidence)} {between_shares(interval.low, interval.high)}"


def _open(gate: Gate, interval: stats.Interval, outcome: Outcome, cases: int) -> str:
    if outcome != "inconclusive":
        return ""
    return f"; {more_cases(stats.cases_to_decide(interval, max(1, cases), gate.limit))}"


def _finding(
    gate: Gate, baseline: float | None, interval: stats.Interval, outcome: Outcome, reason: str
) -> GateFinding:
    return GateFinding(
        baseline=baseline,
        candidate=interval.estimate,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        outcome=outcome,
        reason=reason,
        method=method_of(gate, interval),
    )
