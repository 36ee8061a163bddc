"""Latency gates: ratio of quantiles over cases both sides measured."""

from collections.abc import Mapping
from math import log
from types import MappingProxyType

from harness import stats
from harness.data.verdict import Outcome
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most
from harness.gates.question import Question
from harness.gates.words import between_ratios, more_cases, sure
from harness.pairs.speed import first_tokens_by_case, latencies_by_case
from harness.tallies.latencies import SMALLEST_SAMPLE
from harness.units import format_ratio, format_s, plural

QUANTILES: Mapping[str, float] = MappingProxyType(
    {
        f"{what}_p{percent}": percent / 100
        for what in ("latency", "first_token")
        for percent in (50, 90, 95, 99)
    }
)
"""By metric: of the whole answer's latency, or of the time to a stream's first content."""


def cases_needed(metric: str, confidence: float) -> int:
    """Give the fewest cases measured on both sides that say anything of this quantile."""
    q = QUANTILES[metric]
    return max(SMALLEST_SAMPLE[q], stats.cases_to_reach(q, confidence))


def max_ratio(question: Question) -> GateFinding:
    """Decide `latency_pNN` or `first_token_pNN` `max_ratio`: pass when U <= r, fail when L > r.

    To fail, the slowdown in milliseconds must lie above `min_effect_ms` too, with all of its
    interval; a gate passes when all of that lies at or below it.
    """
    gate, confidence = question.gate, question.confidence
    q, needed = QUANTILES[gate.metric], cases_needed(gate.metric, confidence)
    is_latency = gate.metric.startswith("latency")
    by_case = latencies_by_case if is_latency else first_tokens_by_case
    before, after = by_case(question.rows.table, question.rows.chosen)
    n = len(before)
    beside = f"; {question.unmeasured}" if question.unmeasured else ""
    if n < needed:
        were = "was" if n == 1 else "were"
        return undecided(
            f"{plural(n, 'case')} {were} measured on both sides, {gate.metric} needs {needed:,}"
            f"{beside}"
        )
    before_s = stats.quantile(before, q, confidence).estimate
    after_s = stats.quantile(after, q, confidence).estimate
    known = question.ratios.get(gate.metric) if question.rows.chosen is None else None
    if known is not None and known.confidence == confidence:
        ratio, low, high, method = known.value, known.low, known.high, known.method
    else:
        found = stats.quantile_ratio(before, after, q, confidence, question.run.seed)
        ratio, low, high, method = found.estimate, found.low, found.high, found.method
    by_ratio = at_most((low, high), gate.limit)
    effect_s = (gate.min_effect_ms or 0.0) / 1000
    outcome = _with_effect(by_ratio, before_s * (low - 1), before_s * (high - 1), effect_s)
    reason = (
        f"the {_words(gate.metric)} goes from {format_s(before_s)} to "
        f"{format_s(after_s)} over {plural(n, 'case')}: {format_ratio(ratio)}, "
        f"{sure(confidence)} {between_ratios(low, high)}; "
        f"up to {format_ratio(gate.limit)} is allowed{beside}"
    )
    if outcome != by_ratio:
        worst, told = format_s(max(0.0, before_s * (high - 1))), f"{gate.min_effect_ms:g} ms"
        below = f"slower by {worst} at most, and {told} do not matter"
        reason += f"; {below if outcome == 'pass' else f'perhaps by less than {told}: undecided'}"
    elif outcome == "inconclusive":
        logs = stats.Interval(
            estimate=log(ratio), low=log(low), high=log(high), confidence=confidence, method=method
        )
        reason += f"; {more_cases(stats.cases_to_decide(logs, n, log(gate.limit)))}"
    return GateFinding(
        baseline=before_s,
        candidate=after_s,
        estimate=ratio,
        low=low,
        high=high,
        outcome=outcome,
        reason=reason,
        method=method,
    )


def _words(metric: str) -> str:
    what, _, percentile = metric.rpartition("_")
    return percentile if what == "latency" else f"{percentile} of the time to the first token"


def _with_effect(by_ratio: Outcome, least_s: float, most_s: float, effect_s: float) -> Outcome:
    if not effect_s or by_ratio == "pass":
        return by_ratio
    by_effect = at_most((least_s, most_s), effect_s)
    if by_effect == "pass":
        return "pass"
    return "fail" if by_ratio == by_effect == "fail" else "inconclusive"
