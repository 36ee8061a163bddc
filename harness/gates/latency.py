"""Latency gates: ratio of quantiles over pairs both sides measured."""

from harness import stats
from harness.data.comparison import PairTable
from harness.data.suite import Gate
from harness.data.verdict import Outcome
from harness.gates.finding import GateFinding
from harness.gates.words import ratio_interval
from harness.tally import SMALLEST_SAMPLE
from harness.units import format_ratio, format_s, plural

QUANTILES = {
    "latency_p50": 0.50,
    "latency_p90": 0.90,
    "latency_p95": 0.95,
    "latency_p99": 0.99,
}


def max_ratio(gate: Gate, table: PairTable, confidence: float, seed: int) -> GateFinding:
    """Decide `latency_pNN` `max_ratio`: pass when U <= r, fail when L > r.

    `min_effect_ms` must be exceeded too to fail; a ratio whose whole interval stays below that
    effect passes.
    """
    q = QUANTILES[gate.metric]
    before, after = table.before_latency_s, table.after_latency_s
    n, needed = len(before), SMALLEST_SAMPLE[q]
    if n < needed:
        return GateFinding(
            outcome="inconclusive",
            reason=f"{plural(n, 'pair')} of latencies measured, {gate.metric} needs {needed:,}",
            method="none",
        )
    before_s = stats.quantile(before, q, confidence).estimate
    after_s = stats.quantile(after, q, confidence).estimate
    ratio = stats.quantile_ratio(before, after, q, confidence, seed)
    outcome: Outcome
    if ratio.high <= gate.limit:
        outcome = "pass"
    elif ratio.low > gate.limit:
        outcome = "fail"
    else:
        outcome = "inconclusive"
    text = (
        f"{format_s(before_s)} to {format_s(after_s)}, {format_ratio(ratio.estimate)} in "
        f"{ratio_interval(ratio.low, ratio.high)}, allowed {format_ratio(gate.limit)}"
    )
    effect_s = (gate.min_effect_ms or 0.0) / 1000
    if effect_s and outcome == "fail" and after_s - before_s <= effect_s:
        outcome = "pass"
        text += f"; slower by less than min_effect_ms {gate.min_effect_ms:g}"
    elif effect_s and outcome == "inconclusive" and before_s * (ratio.high - 1) <= effect_s:
        outcome = "pass"
        text += f"; slower by less than min_effect_ms {gate.min_effect_ms:g} at the most"
    elif outcome == "inconclusive":
        text += ": undecided"
    return GateFinding(
        baseline=before_s,
        candidate=after_s,
        estimate=ratio.estimate,
        low=ratio.low,
        high=ratio.high,
        outcome=outcome,
        reason=text,
        method=ratio.method,
    )
