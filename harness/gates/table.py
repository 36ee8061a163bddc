"""Which decider takes which metric with which limit."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.gates import (
    consumption,
    counted,
    early,
    endings,
    latency,
    measures,
    quality,
    rates,
    shape,
)
from harness.gates.finding import GateFinding, undecided
from harness.gates.question import Question
from harness.gates.words import limit_name

Decider = Callable[[Question], GateFinding]

DECIDERS: Mapping[tuple[str, str], Decider] = MappingProxyType(
    {
        ("regressions", "max"): counted.regressions,
        ("faults", "max"): counted.faults,
        ("error_rate", "max"): rates.error_rate,
        ("error_rate", "max_rise"): rates.error_rate_rise,
        **{(metric, "max"): endings.max_share for metric in endings.ENDINGS},
        **{(metric, "max_rise"): endings.max_rise for metric in endings.ENDINGS},
        ("flaky_rate", "max"): rates.flaky_rate,
        ("pass_rate", "min"): rates.pass_rate_min,
        ("pass_rate", "max_drop"): quality.max_drop,
        ("mean_score", "max_drop"): quality.max_drop,
        ("agreement", "min"): quality.agreement,
        ("shape_changes", "max"): shape.shape_changes,
        **{(metric, "max_ratio"): latency.max_ratio for metric in latency.QUANTILES},
        **{(metric, "max_ratio"): consumption.max_ratio for metric in consumption.TOTALS},
    }
)


def finding_of(question: Question) -> GateFinding:
    """Decide a gate on some rows, of which a run that stops early may have asked only some."""
    if question.run.stop == "early":
        return early.finding(question, decided)
    return decided(question)


def decided(question: Question) -> GateFinding:
    """Decide a gate on some rows; a metric that none of ours is called is a task's measure."""
    gate = question.gate
    limit = limit_name(gate)
    if any(gate.metric == metric for metric, _ in DECIDERS):
        decider = DECIDERS.get((gate.metric, limit))
    else:
        decider = measures.measure if limit in ("min", "max") else None
    if decider is None:
        return undecided(f"{gate.metric} takes no {limit}: there is nothing to decide")
    return decider(question)
