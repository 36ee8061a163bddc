"""Collects the task's own paired measures, a column each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Literal

from harness.columns.sparse import SparseColumn
from harness.compact import unit_numbers
from harness.data.comparison import MeasureSummary
from harness.data.record import Measure
from harness.pairs.means import measure_interval
from harness.pairs.speed import as_estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST = 40
"""Measures of one task that are kept; each takes eight bytes a case."""

Better = Literal["higher", "lower", "neither"]


@dataclass(slots=True)
class Measured:
    """Takes the measures of one case after the other."""

    better: dict[str, Better] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    _columns: dict[str, SparseColumn] = field(default_factory=dict)

    def add(self, row: int, measures: Iterable[Measure]) -> None:
        """Take in the measures of all repeats of a case; what is no number is left out."""
        found: dict[str, float] = {}
        times: dict[str, int] = {}
        for measure in measures:
            name, value = measure.name, measure.value
            if not isfinite(value):
                continue
            if self.better.setdefault(name, measure.better) != measure.better:
                self.warnings[f"measure {name} is not always better the same way"] = None
            if name in found:
                times[name] = times.get(name, 1) + 1
            found[name] = found.get(name, 0.0) + value
        for name, value in found.items():
            column = self._columns.get(name)
            if column is None and len(self._columns) >= _MOST:
                del self.better[name]
                said = f"the task gives more than {_MOST} measures: some are left out"
                self.warnings[said] = None
                continue
            if column is None:
                column = self._columns[name] = SparseColumn()
            column.put(row, value / times.get(name, 1))

    def columns(self, rows: int) -> Mapping[str, Sequence[float]]:
        """Give the columns by name, NaN where a case has none."""
        return {name: column.until(rows) for name, column in self._columns.items()}

    def summaries(self, rows: int, clusters: Sequence[str | None]) -> tuple[MeasureSummary, ...]:
        """Give the mean of every measure, with its interval where there is one."""
        columns = self.columns(rows)
        units = unit_numbers(clusters) if columns else None
        return tuple(self._summary(name, values, units) for name, values in columns.items())

    def _summary(
        self, name: str, values: Sequence[float], units: "NDArray[np.int64] | None"
    ) -> MeasureSummary:
        import numpy as np

        column = np.asarray(values, dtype=np.float64)
        known = column == column
        interval = measure_interval(column[known], None if units is None else units[known])
        return MeasureSummary(
            name=name,
            n=int(known.sum()),
            mean=float(column[known].mean()),
            better=self.better[name],
            interval=as_estimate(interval) if interval is not None else None,
        )
