"""The gates of a suite that names none fit its size."""

import pytest

from harness.data.suite import Gate
from harness.gates import default_gates, gates_of
from tests.gates.world import counts, suite, verdict


def named(gates: tuple[Gate, ...]) -> list[tuple[str, str]]:
    return [(gate.metric, gate.level) for gate in gates]


@pytest.mark.parametrize("cases", [1, 12, 100, 188])
def test_a_small_suite_is_a_specification_every_flip_counts(cases: int) -> None:
    gates = default_gates(cases, has_expectations=True)
    assert named(gates) == [("regressions", "error"), ("faults", "error"), ("latency_p95", "warn")]
    assert [gate.limit for gate in gates] == [0, 0, 1.25]


@pytest.mark.parametrize("cases", [189, 300, 100_000])
def test_a_large_suite_is_a_sample(cases: int) -> None:
    gates = default_gates(cases, has_expectations=True)
    assert named(gates) == [
        ("pass_rate", "error"),
        ("error_rate", "error"),
        ("latency_p95", "warn"),
    ]
    assert [gate.limit for gate in gates] == [0.02, 0.01, 1.25]


@pytest.mark.parametrize("cases", [1, 188, 189, 5000])
def test_without_expectations_the_answers_must_be_the_same(cases: int) -> None:
    gates = default_gates(cases, has_expectations=False)
    assert named(gates) == [
        ("agreement", "error"),
        ("error_rate", "error"),
        ("latency_p95", "warn"),
    ]


def test_every_default_says_that_it_is_one() -> None:
    assert all(g.is_default for n in (5, 500) for g in default_gates(n, has_expectations=True))
    assert all(g.is_default for g in verdict(counts(5)).gates)


def test_gates_that_are_named_are_not_added_to() -> None:
    own = Gate(metric="faults", max=3)
    assert gates_of(suite(gates=(own,)), 500, has_expectations=True) == (own,)


@pytest.mark.parametrize("cases", [1, 12, 188, 189, 400])
def test_identical_sides_pass_at_any_size(cases: int) -> None:
    assert verdict(counts(cases)).exit_code == 0


def test_one_flip_fails_a_small_suite_and_not_a_large_one() -> None:
    assert verdict(counts(187, 1)).exit_code == 1
    assert verdict(counts(399, 1)).exit_code == 0
