"""Inferred gates on answers: pass rate, mean score, agreement."""

from harness import stats
from harness.data.suite import Gate
from harness.data.verdict import Outcome
from harness.gates.finding import GateFinding
from harness.gates.rows import Difference, Rows, difference
from harness.gates.words import share_interval
from harness.units import format_share, plural


def max_drop(gate: Gate, rows: Rows, confidence: float) -> GateFinding:
    """Decide `pass_rate` or `mean_score` `max_drop`: pass when L >= -m, fail when U < -m."""
    kind = "pass" if gate.metric == "pass_rate" else "score"
    found = difference(rows, kind, confidence)
    allowed = -gate.limit

    def outcome(interval: stats.Interval) -> Outcome:
        if interval.low >= allowed:
            return "pass"
        return "fail" if interval.high < allowed else "inconclusive"

    decided = outcome(found.observed) if found.n else "inconclusive"
    settled = survives(decided, outcome(found.worst), outcome(found.best))
    return GateFinding(
        baseline=found.before,
        candidate=found.after,
        estimate=found.observed.estimate if found.n else None,
        low=found.observed.low,
        high=found.observed.high,
        outcome=settled,
        reason=_drop_reason(gate, found, decided, settled, confidence),
        method=found.observed.method,
    )


def survives(decided: Outcome, at_worst: Outcome, at_best: Outcome) -> Outcome:
    """Give the outcome that holds whatever the missing answers would have been."""
    if decided == "pass" and at_worst != "pass":
        return "inconclusive"
    if decided == "fail" and at_best != "fail":
        return "inconclusive"
    return decided


def _drop_reason(
    gate: Gate, found: Difference, decided: Outcome, settled: Outcome, confidence: float
) -> str:
    if not found.n:
        return f"no case was answered by both sides; {plural(found.missing, 'case')} missing"
    interval = share_interval(found.observed.low, found.observed.high)
    text = f"the difference lies in {interval}, allowed is −{format_share(gate.limit)}"
    if settled == "pass":
        return text
    if settled == "fail":
        return f"{text}: the whole interval is below it"
    if decided != settled:
        return f"{text}, but {plural(found.missing, 'case')} with a missing answer could turn it"
    more = stats.required_cases(
        found.lost, found.gained, found.n, max_drop=gate.limit, confidence=confidence
    )
    ending = f": about {more:,} more cases would probably decide it" if more else ""
    return f"{text}: undecided{ending}"


def agreement(gate: Gate, rows: Rows, confidence: float) -> GateFinding:
    """Decide `agreement` `min`: pass when L >= min, fail when U < min."""
    values = rows.column("agreement")
    known = [value for value in values if value == value]
    missing = len(values) - len(known)

    def interval(extra: float) -> stats.Interval:
        return _share(known + [extra] * missing, confidence, rows if not missing else None)

    def outcome(found: stats.Interval) -> Outcome:
        if found.low >= gate.limit:
            return "pass"
        return "fail" if found.high < gate.limit else "inconclusive"

    observed = _share(known, confidence, rows if not missing else None)
    decided = outcome(observed) if known else "inconclusive"
    settled = survives(decided, outcome(interval(0.0)), outcome(interval(1.0)))
    rate = sum(known) / len(known) if known else None
    text = (
        f"{format_share(rate)} of {plural(len(known), 'pair')} agree, "
        f"interval [{format_share(observed.low)}, {format_share(observed.high)}], "
        f"at least {format_share(gate.limit)} is asked"
    )
    if settled == "inconclusive" and decided != settled:
        text += f", but {plural(missing, 'missing pair')} could turn it"
    elif settled == "inconclusive":
        needed = stats.cases_to_reach(gate.limit, confidence) if gate.limit < 1 else 0
        hint = f": it takes {needed} cases to pass" if needed > len(known) else ""
        text += f": undecided{hint}"
    return GateFinding(
        baseline=None,
        candidate=rate,
        estimate=rate,
        low=observed.low,
        high=observed.high,
        outcome=settled,
        reason=text,
        method=observed.method,
    )


def _share(values: list[float], confidence: float, rows: Rows | None) -> stats.Interval:
    """Give the interval of a mean of shares; single yes/no values are a proportion."""
    clusters = rows.clusters if rows is not None else None
    if clusters is None and all(value in {0.0, 1.0} for value in values):
        return stats.proportion(int(sum(values)), len(values), confidence)
    return stats.paired_mean(values, confidence, clusters=clusters)
