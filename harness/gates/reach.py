"""Says, before the first call, which gates cannot pass at this number of cases."""

from collections.abc import Iterator

from harness import stats
from harness.data.suite import Gate
from harness.gates.words import rule_of
from harness.units import plural


def unreachable(gates: tuple[Gate, ...], cases: int) -> Iterator[str]:
    """Give one sentence for every error-level gate that no answers could make pass."""
    for gate in gates:
        if gate.level != "error":
            continue
        confidence = gate.confidence or 0.95
        needed = 0
        if gate.metric == "pass_rate" and gate.max_drop is not None:
            needed = stats.cases_to_pass(gate.max_drop, confidence)
        elif gate.metric == "agreement" and gate.min is not None and gate.min < 1:
            needed = stats.cases_to_reach(gate.min, confidence)
        if needed > cases:
            yield (
                f"gate {gate.metric} {rule_of(gate)} cannot pass with {plural(cases, 'case')}, "
                f"whatever the answers: it needs {needed} or more"
            )
