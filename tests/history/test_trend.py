"""The pass rate of a run: cases of one cluster are one unit, a case without one is its own."""

import numpy as np

from harness.history.trend import CONFIDENCE, _Side
from harness.pairs.means import mean_interval

SHARES = [1.0, 0.5, 0.0, 1.0, 1.0, 0.0, 0.25, 1.0] * 6


def side(clusters: list[str | None]) -> _Side:
    made = _Side()
    for number, (share, cluster) in enumerate(zip(SHARES, clusters, strict=True)):
        made.add(f"c{number}", cluster, share)
    return made


def ends(clusters: list[str | None], labels: list[str] | None) -> list[tuple[float, float, str]]:
    found = side(clusters).pass_rate()
    assert found is not None
    expected = mean_interval(np.asarray(SHARES), labels, CONFIDENCE)
    return [(one.low, one.high, one.method) for one in (found, expected)]


def test_clusters_are_the_units_and_a_case_without_one_is_its_own() -> None:
    clusters = [None if n % 5 == 0 else "" if n % 7 == 0 else f"k{n // 8}" for n in range(48)]
    labels = [cluster or f"alone {n}" for n, cluster in enumerate(clusters)]
    found, expected = ends(clusters, labels)
    assert found == expected
    assert found[2].endswith(", clustered")


def test_without_a_single_cluster_the_cases_are_the_units() -> None:
    found, expected = ends([None, ""] * 24, None)
    assert found == expected
    assert "clustered" not in found[2]


def test_what_was_never_answered_has_no_rate() -> None:
    assert _Side().pass_rate() is None
