"""latency_at_most, met, not met and not measured."""

import pytest

from harness.api import Case, Output
from harness_checks.latency_at_most import Arguments, judge, problem

CASE = Case(id="a", inputs="x")


@pytest.mark.parametrize(
    ("latency_s", "ok", "message"),
    [
        (0.05, True, "took 50.0 ms, at most 250 ms allowed"),
        (0.25, True, "took 250 ms, at most 250 ms allowed"),
        (0.3, False, "took 300 ms, at most 250 ms allowed"),
        (None, True, "latency was not measured (replayed, cached or retried)"),
    ],
)
def test_latency(latency_s: float | None, ok: bool, message: str) -> None:
    finding = judge(CASE, Output(value="a", text="a", latency_s=latency_s), Arguments(250))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("ms", [0, -1, float("nan"), float("inf")])
def test_a_limit_is_above_0(ms: float) -> None:
    assert "above 0" in str(problem(Arguments(ms)))
    assert problem(Arguments(0.5)) is None
