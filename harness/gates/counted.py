"""Counted gates: the cases are the specification, what was observed decides."""

from collections.abc import Sequence

from harness import stats
from harness.data.suite import Gate
from harness.data.verdict import Outcome
from harness.gates.finding import GateFinding
from harness.gates.quality import survives
from harness.gates.rows import Rows
from harness.units import format_share, plural


def regressions(gate: Gate, rows: Rows, confidence: float) -> GateFinding:
    """Decide `regressions` `max`: cases whose majority passed and now fails."""
    before, after = rows.column("before_pass"), rows.column("after_pass")
    before_gone, after_gone = rows.column("before_missing"), rows.column("after_missing")
    seen = sum(was > 0.5 > now for was, now in zip(before, after, strict=True))
    known = sum(was == was and now == now for was, now in zip(before, after, strict=True))
    possible = 0
    for was, now, was_gone, now_gone in zip(before, after, before_gone, after_gone, strict=True):
        if not (was_gone or now_gone) or was > 0.5 > now:
            continue
        best_before = (was if was == was else 0.0) * (1 - was_gone) + was_gone
        worst_after = (now if now == now else 0.0) * (1 - now_gone)
        possible += best_before > 0.5 > worst_after
    limit = gate.limit
    outcome: Outcome
    if seen > limit:
        outcome, ending = "fail", ""
    elif seen + possible > limit:
        outcome = "inconclusive"
        ending = f"; {plural(possible, 'case')} with a missing answer could be one more each"
    elif not known:
        outcome, ending = "inconclusive", "; no case was answered by both sides"
    else:
        outcome, ending = "pass", ""
    interval = stats.proportion(seen, known, confidence)
    return GateFinding(
        baseline=None,
        candidate=float(seen),
        estimate=float(seen),
        low=interval.low * known,
        high=interval.high * known,
        outcome=outcome,
        reason=f"{plural(seen, 'case')} passed before and fails now, allowed {limit:g}{ending}",
    )


def faults(gate: Gate, before: int, after: int) -> GateFinding:
    """Decide `faults` `max`: calls of the candidate without an answer."""
    outcome: Outcome = "fail" if after > gate.limit else "pass"
    reason = f"{plural(after, 'call')} of the candidate got no answer, allowed {gate.limit:g}"
    return GateFinding(
        baseline=float(before),
        candidate=float(after),
        estimate=float(after),
        outcome=outcome,
        reason=reason,
    )


def error_rate(
    gate: Gate, before: tuple[int, int], after: tuple[int, int], confidence: float
) -> GateFinding:
    """Decide `error_rate` `max` from (calls without an answer, calls) of both sides."""
    lost, total = after
    rate = lost / total if total else None
    interval = stats.proportion(lost, total, confidence)
    outcome: Outcome
    if rate is None:
        outcome = "inconclusive"
    elif gate.confidence is not None:
        outcome = _upper(interval, gate.limit)
    else:
        outcome = "fail" if rate > gate.limit else "pass"
    return GateFinding(
        baseline=before[0] / before[1] if before[1] else None,
        candidate=rate,
        estimate=rate,
        low=interval.low,
        high=interval.high,
        outcome=outcome,
        reason=f"{lost:,} of {plural(total, 'call')} of the candidate got no answer "
        f"({format_share(rate)}), allowed {format_share(gate.limit)}",
        method=interval.method if gate.confidence is not None else "counted",
    )


def pass_rate_min(gate: Gate, rows: Rows, confidence: float) -> GateFinding:
    """Decide `pass_rate` `min` on the candidate's answered cases."""
    before, after = rows.column("before_pass"), rows.column("after_pass")
    gone = rows.column("after_missing")
    known = [value for value in after if value == value]
    rate = sum(known) / len(known) if known else None
    settled = sum((v if v == v else 0.0) * (1 - g) for v, g in zip(after, gone, strict=True))
    total = len(after)
    interval = _mean_interval(known, confidence)
    outcome: Outcome = "inconclusive"
    if rate is not None:
        at_worst: Outcome = "pass" if settled >= gate.limit * total else "fail"
        at_best: Outcome = "pass" if settled + sum(gone) >= gate.limit * total else "fail"
        if gate.confidence is not None:
            decided = _lower(interval, gate.limit)
        else:
            decided = "pass" if rate >= gate.limit else "fail"
        outcome = survives(decided, at_worst, at_best)
    missing = sum(g > 0 for g in gone)
    ending = f"; {plural(missing, 'case')} with a missing answer" if missing else ""
    baseline = [value for value in before if value == value]
    return GateFinding(
        baseline=sum(baseline) / len(baseline) if baseline else None,
        candidate=rate,
        estimate=rate,
        low=interval.low,
        high=interval.high,
        outcome=outcome,
        reason=f"{format_share(rate)} of the candidate's answered cases pass, "
        f"at least {format_share(gate.limit)} is asked{ending}",
        method=interval.method if gate.confidence is not None else "counted",
    )


def flaky_rate(gate: Gate, rows: Rows, repeats: int, confidence: float) -> GateFinding:
    """Decide `flaky_rate` `max`: cases whose own repeats disagree on passing."""
    before, after = rows.column("before_flaky"), rows.column("after_flaky")
    total = len(after)
    flaky = int(sum(after))
    rate = flaky / total if total else None
    interval = stats.proportion(flaky, total, confidence)
    outcome: Outcome = "inconclusive"
    reason = "one repeat says nothing of flakiness: set run.repeats to 2 or more"
    if repeats > 1 and rate is not None:
        if gate.confidence is not None:
            outcome = _upper(interval, gate.limit)
        else:
            outcome = "fail" if rate > gate.limit else "pass"
        reason = (
            f"the repeats of {plural(flaky, 'case')} of {total:,} disagree ({format_share(rate)}), "
            f"allowed {format_share(gate.limit)}"
        )
    return GateFinding(
        baseline=sum(before) / total if total else None,
        candidate=rate,
        estimate=rate,
        low=interval.low,
        high=interval.high,
        outcome=outcome,
        reason=reason,
    )


def _mean_interval(values: Sequence[float], confidence: float) -> stats.Interval:
    if all(value in {0.0, 1.0} for value in values):
        return stats.proportion(int(sum(values)), len(values), confidence)
    return stats.paired_mean(values, confidence)


def _upper(interval: stats.Interval, limit: float) -> Outcome:
    """Decide `max` by an interval."""
    if interval.high <= limit:
        return "pass"
    return "fail" if interval.low > limit else "inconclusive"


def _lower(interval: stats.Interval, limit: float) -> Outcome:
    """Decide `min` by an interval."""
    if interval.low >= limit:
        return "pass"
    return "fail" if interval.high < limit else "inconclusive"
