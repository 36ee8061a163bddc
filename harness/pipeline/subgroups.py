"""Compares what is stored once more, to search it for groups of cases that got worse."""

from collections.abc import Callable, Iterator
from typing import Literal

from harness.data.suite import Suite
from harness.pipeline.surroundings import task_of
from harness.registry import Registry
from harness.stages.compare import compare
from harness.store import StoredCase
from harness.subgroups import Features, Searched, search


def search_subgroups(
    suite: Suite,
    stored: Callable[[], Iterator[StoredCase]],
    registry: Registry,
    candidate: str,
    *,
    kind: Literal["pass", "score"],
    least: int,
    level: float,
    pairs: bool,
) -> Searched:
    """Give what `harness.subgroups.search` finds in a run under one of its candidates."""
    features = Features(baseline=suite.baseline.name, candidate=candidate)
    survey = compare(features.watch(stored()), suite, task_of(suite, registry))
    (comparison,) = [one for one in survey.comparisons if one.candidate == candidate]
    return search(
        comparison.table,
        tuple(features.groups()),
        kind=kind,
        least=least,
        level=level,
        pairs=pairs,
        seed=suite.run.seed,
    )
