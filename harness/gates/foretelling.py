"""What is known of a suite's gates before the first call."""

from collections.abc import Iterator

from harness.data.suite import Gate, Suite
from harness.gates.asked import Asked
from harness.gates.defaults import gates_of
from harness.gates.early import told_beforehand
from harness.gates.reach import unreachable


def gates_asked(suite: Suite, asked: Asked) -> tuple[Gate, ...]:
    """Give the suite's gates, or the defaults that fit what it asks."""
    return gates_of(
        suite, asked.cases, has_expectations=asked.has_expectations, clusters=asked.clusters
    )


def foretold(suite: Suite, asked: Asked) -> Iterator[str]:
    """Give a sentence for every gate that cannot be decided, or that keeps a run going."""
    gates, clusters = gates_asked(suite, asked), asked.clusters
    yield from unreachable(
        gates,
        asked.cases,
        suite.run.repeats,
        stops_early=suite.run.stop == "early",
        clusters=clusters,
        tags=asked.tags,
    )
    yield from told_beforehand(gates, suite.run, clusters)
