"""Gates on what both sides consumed: cost and tokens, as a ratio of totals."""

from collections.abc import Mapping
from math import isfinite, log
from types import MappingProxyType

from harness import stats
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most
from harness.gates.question import Question
from harness.gates.words import between_ratios, more_cases, sure
from harness.units import format_ratio, plural

TOTALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cost": ("cost_usd", "cost"),
        "input_tokens": ("input_tokens", "number of input tokens"),
        "output_tokens": ("output_tokens", "number of output tokens"),
    }
)
"""By metric: the column it is reckoned from, and its words."""
FEWEST_CASES = 50
"""Cases known on both sides below which a ratio of totals says nothing."""


def max_ratio(question: Question) -> GateFinding:
    """Decide `cost` or `..._tokens` `max_ratio`: pass when U <= r, fail when L > r.

    Over the cases in which both sides' amounts are known, each the mean of its repeats.
    """
    import numpy as np

    gate, rows = question.gate, question.rows
    name, words = TOTALS[gate.metric]
    before, after = rows.sided(name)
    known = (before == before) & (after == after)
    n, left_out = int(known.sum()), len(rows) - int(known.sum())
    if not n:
        return undecided(_nobody_said(question, words))
    old, new = before[known], after[known]
    if not old.sum():
        return undecided(f"the {words} of the baseline is 0: there is no ratio to it")
    clusters = rows.labels(known)
    found = stats.total_ratio(old, new, question.confidence, question.run.seed, clusters)
    outcome = at_most((found.low, found.high), gate.limit)
    totals = float(np.sum(old)), float(np.sum(new))
    reason = (
        f"the {words} goes from {_amount(name, totals[0])} to {_amount(name, totals[1])} over "
        f"{plural(n, 'case')}: {format_ratio(found.estimate)}"
    )
    if isfinite(found.high):
        reason += f", {sure(found.confidence)} {between_ratios(found.low, found.high)}"
    reason += f"; up to {format_ratio(gate.limit)} is allowed"
    if left_out:
        reason += f"; {plural(left_out, 'case')} left out, as it is not known on both sides"
    if outcome == "inconclusive":
        reason += f"; {_more(found, n, gate.limit)}"
    return GateFinding(
        baseline=totals[0],
        candidate=totals[1],
        estimate=found.estimate,
        low=found.low,
        high=found.high if isfinite(found.high) else None,
        outcome=outcome,
        reason=reason,
        method=found.method,
    )


def _nobody_said(question: Question, words: str) -> str:
    before, after = question.rows.sided(TOTALS[question.gate.metric][0])
    silent = [
        side
        for side, column in (("the baseline", before), ("the candidate", after))
        if not (column == column).any()
    ]
    who = " and of ".join(silent) or "both sides of any one case"
    advice = "; a target's `price:` says what its answers cost" if words == "cost" else ""
    return f"the {words} of {who} is not known{advice}"


def _more(found: stats.Interval, n: int, limit: float) -> str:
    if not isfinite(found.high) or not found.low > 0.0:
        needed = f"{FEWEST_CASES} cases (or clusters) that are not all alike"
        return f"undecided: a ratio of totals needs {needed}"
    logs = stats.Interval(
        estimate=log(found.estimate),
        low=log(found.low),
        high=log(found.high),
        confidence=found.confidence,
        method=found.method,
    )
    return more_cases(stats.cases_to_decide(logs, n, log(limit)))


def _amount(name: str, total: float) -> str:
    return f"${total:.4g}" if name == "cost_usd" else f"{total:,.0f}"
