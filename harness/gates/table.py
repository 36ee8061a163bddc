"""Which decider takes which metric with which limit."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.gates import counted, latency, quality, rates
from harness.gates.finding import GateFinding, undecided
from harness.gates.question import Question
from harness.gates.words import limit_name

Decider = Callable[[Question], GateFinding]

DECIDERS: Mapping[tuple[str, str], Decider] = MappingProxyType(
    {
        ("regressions", "max"): counted.regressions,
        ("faults", "max"): counted.faults,
        ("error_rate", "max"): rates.error_rate,
        ("flaky_rate", "max"): rates.flaky_rate,
        ("pass_rate", "min"): rates.pass_rate_min,
        ("pass_rate", "max_drop"): quality.max_drop,
        ("mean_score", "max_drop"): quality.max_drop,
        ("agreement", "min"): quality.agreement,
        **{(metric, "max_ratio"): latency.max_ratio for metric in latency.QUANTILES},
    }
)


def finding_of(question: Question) -> GateFinding:
    """Decide a gate on some rows; one that nothing was measured for is undecided."""
    gate = question.gate
    decider = DECIDERS.get((gate.metric, limit_name(gate)))
    if decider is None:
        return undecided(f"no answer stated a {gate.metric}: there is nothing to decide on")
    return decider(question)
