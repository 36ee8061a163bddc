"""Cases are numbered by their cluster as they go by."""

from harness.data.suite import Case
from harness.pipeline.cluster_numbers import ClusterNumbers


def test_cases_of_one_cluster_have_one_number_and_any_other_its_own() -> None:
    named = ["a", None, "b", "a", None, "b", "c"]
    cases = [Case(id=str(at), inputs="", cluster=name) for at, name in enumerate(named)]
    clusters = ClusterNumbers()
    assert [*clusters.watch(cases)] == cases
    assert [*clusters.numbers] == [0, 1, 2, 0, 3, 2, 4]
