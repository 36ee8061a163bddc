"""The gates of a suite that names none fit its size."""

import pytest

from harness.data.suite import Gate
from harness.gates import Asked, default_gates, gates_asked, gates_of
from tests.gates.world import counts, stored, suite, verdict


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


@pytest.mark.parametrize(
    ("clusters", "metric"),
    [
        ([5] * 100, "regressions"),  # 500 cases, and 100 units
        ([2] * 248, "regressions"),
        ([2] * 249, "pass_rate"),
        ([1] * 500, "pass_rate"),
        ([300, *[1] * 250], "regressions"),  # one cluster is more than half of it
    ],
)
def test_clusters_count_for_cases_are_not_independent(clusters: list[int], metric: str) -> None:
    gates = default_gates(sum(clusters), has_expectations=True, clusters=clusters)
    assert gates[0].metric == metric


@pytest.mark.parametrize("clusters", [248, 249])
def test_the_default_gate_passes_where_nothing_changes_in_clusters(clusters: int) -> None:
    asked = Asked()
    rows = counts(2 * clusters)
    for found in stored(rows, cluster=lambda case: f"k{case // 2}"):
        asked.add(found.case)
    gates = gates_asked(suite(), asked)
    assert gates == default_gates(len(rows), has_expectations=True, clusters=[2] * clusters)
    reached = verdict(rows, *gates, cluster=lambda case: f"k{case // 2}")
    assert reached.exit_code == 0
    drop = Gate(metric="pass_rate", max_drop=0.02)
    found = verdict(rows, drop, cluster=lambda case: f"k{case // 2}")
    assert found.exit_code == (0 if clusters == 249 else 10)


def test_cases_without_a_cluster_are_units_of_their_own() -> None:
    asked = Asked()
    labels = {0: "a", 1: "b", 3: "a"}
    for found in stored(counts(5), cluster=labels.get):
        asked.add(found.case)
    assert asked.clusters == [2, 1, 1, 1]
    plain = Asked()
    for found in stored(counts(5)):
        plain.add(found.case)
    assert (plain.cases, plain.clusters, plain.has_expectations) == (5, None, True)


def test_cases_of_every_tag_are_counted_once() -> None:
    asked = Asked()
    tags = {0: ("a", "b"), 1: ("b",), 2: ("b", "b")}
    for found in stored(counts(4), tags=lambda case: tags.get(case, ())):
        asked.add(found.case)
    assert asked.tags == {"a": 1, "b": 3}
