"""The gates of a suite that names none: they fit its size (docs/verdict.md, Default gates)."""

from collections.abc import Sequence

from harness import stats
from harness.data.suite import Gate, Suite

DROP = 0.02
AGREEMENT = 0.95
ERRORS = 0.01
RATIO = 1.25


def default_gates(
    cases: int, *, has_expectations: bool, clusters: Sequence[int] | None = None
) -> tuple[Gate, ...]:
    """Give the gates for a number of cases; all carry `is_default`.

    With expectations: an inferred pass rate where it can pass at all, else every flip counts.
    Without: the question is whether the answers are the same. `clusters` are the numbers of cases
    of the clusters, where the suite names them: what counts then is how many of those there are.
    """
    latency = Gate(metric="latency_p95", max_ratio=RATIO, level="warn", is_default=True)
    errors = Gate(metric="error_rate", max=ERRORS, is_default=True)
    if not has_expectations:
        return (Gate(metric="agreement", min=AGREEMENT, is_default=True), errors, latency)
    if _can_pass(cases, clusters):
        return (Gate(metric="pass_rate", max_drop=DROP, is_default=True), errors, latency)
    return (
        Gate(metric="regressions", max=0, is_default=True),
        Gate(metric="faults", max=0, is_default=True),
        latency,
    )


def _can_pass(cases: int, clusters: Sequence[int] | None) -> bool:
    if clusters is None:
        return stats.reachable(cases, DROP)
    return stats.all_alike(0.0, clusters).low >= -DROP


def gates_of(
    suite: Suite,
    cases: int,
    *,
    has_expectations: bool,
    clusters: Sequence[int] | None = None,
) -> tuple[Gate, ...]:
    """Give the suite's gates, or the defaults that fit its size."""
    if suite.gates:
        return suite.gates
    return default_gates(cases, has_expectations=has_expectations, clusters=clusters)
