"""Cases are numbered by their cluster as they go by."""

import tracemalloc

from harness.data.suite import Case
from harness.pipeline.cluster_numbers import ClusterNumbers


def test_cases_of_one_cluster_have_one_number_and_any_other_its_own() -> None:
    named = ["a", None, "b", "a", None, "b", "c"]
    cases = [Case(id=str(at), inputs="", cluster=name) for at, name in enumerate(named)]
    clusters = ClusterNumbers()
    assert [*clusters.watch(cases)] == cases
    assert [*clusters.numbers] == [0, 1, 2, 0, 3, 2, 4]


def test_a_case_in_a_cluster_of_its_own_takes_few_bytes() -> None:
    def kept(count: int) -> int:
        names = (f"conversation-{number:06}" for number in range(count))
        cases = (Case(id="c", inputs="", cluster=name) for name in names)
        tracemalloc.start(1)
        clusters = ClusterNumbers()
        assert sum(1 for _ in clusters.watch(cases)) == len(clusters.numbers) == count
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    assert kept(45_000) - kept(5_000) < 40_000 * 25
