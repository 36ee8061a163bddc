"""What a suite asks, as far as choosing its gates and what they can reach goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.data.suite import Case


@dataclass(slots=True)
class Asked:
    """Takes in the cases of a suite one by one; memory grows with clusters and tags alone."""

    cases: int = 0
    has_expectations: bool = False
    """Whether any case expects anything of its answers."""
    tags: dict[str, int] = field(default_factory=dict)
    """How many cases each tag has."""
    _sizes: dict[str, int] = field(default_factory=dict)
    _clustered: int = 0

    def add(self, case: Case) -> None:
        """Take in a case."""
        self.cases += 1
        self.has_expectations |= case.expect is not None or bool(case.checks)
        for tag in {*case.tags}:
            self.tags[tag] = self.tags.get(tag, 0) + 1
        if case.cluster is not None:
            self._clustered += 1
            self._sizes[case.cluster] = self._sizes.get(case.cluster, 0) + 1

    @property
    def cluster_sizes(self) -> Mapping[str, int]:
        """Give how many cases each cluster has that a case names."""
        return self._sizes

    @property
    def clusters(self) -> Sequence[int] | None:
        """Give how many cases each unit has; None where no case names a cluster.

        A case that names none is a unit of its own; those come last.
        """
        if not self._sizes:
            return None
        return [*self._sizes.values(), *[1] * (self.cases - self._clustered)]
