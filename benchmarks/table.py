"""Looks measurements up: medians by contender and work, ratios between two contenders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.medians import median_of, paired_ratio
from benchmarks.readings import Figure
from benchmarks.work import Measurement, Work


@dataclass(frozen=True, slots=True)
class Table:
    """Sound measurements by work and contender, in the order they were made."""

    rows: Mapping[tuple[Work, str], tuple[Measurement, ...]]

    def works(self) -> list[Work]:
        """Give every work that anybody did."""
        return list(dict.fromkeys(work for work, _ in self.rows))

    def of(self, work: Work, name: str) -> tuple[Measurement, ...]:
        """Give the rounds of a contender; none where it did not do this work."""
        return self.rows.get((work, name), ())

    def median(self, work: Work, name: str, figure: Figure) -> float | None:
        """Give the median of a figure over the rounds; None where there is none."""
        return median_of(figure(measured) for measured in self.of(work, name))

    def ratio(self, work: Work, ours: str, theirs: str, figure: Figure) -> float | None:
        """Give the median over rounds of `ours / theirs`; None without a round of both."""
        return paired_ratio(
            self._by_round(work, ours, figure), self._by_round(work, theirs, figure)
        )

    def _by_round(self, work: Work, name: str, figure: Figure) -> dict[int, float]:
        values = {measured.round: figure(measured) for measured in self.of(work, name)}
        return {number: value for number, value in values.items() if value is not None}


def table_of(measurements: Iterable[Measurement]) -> Table:
    """Put the sound ones into a table; the last of a round counts."""
    rounds: dict[tuple[Work, str], dict[int, Measurement]] = {}
    for measured in measurements:
        if measured.is_sound:
            rounds.setdefault((measured.work, measured.contender), {})[measured.round] = measured
    return Table({key: tuple(there.values()) for key, there in rounds.items()})
