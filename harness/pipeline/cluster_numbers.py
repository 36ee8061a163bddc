"""Numbers the clusters of cases while these are stored, for a plan that keeps them together."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.data.suite import Case


@dataclass(slots=True)
class ClusterNumbers:
    """Watches cases go by; takes eight bytes a case, and the names of the clusters."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    """Of each case that of its cluster, from 0 on; one that names none has one for itself."""
    _known: dict[str, int] = field(default_factory=dict)
    _next: int = 0

    def watch(self, cases: Iterable[Case]) -> Iterator[Case]:
        """Give the cases as they are."""
        for case in cases:
            number = self._known.get(case.cluster, self._next) if case.cluster else self._next
            if number == self._next:
                self._next += 1
                if case.cluster:
                    self._known[case.cluster] = number
            self.numbers.append(number)
            yield case
