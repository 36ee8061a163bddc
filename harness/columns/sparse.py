"""A column of numbers of which many rows have none."""

from array import array
from dataclasses import dataclass, field

NAN = float("nan")


@dataclass(slots=True)
class SparseColumn:
    """Takes numbers by row, rows rising; what is left out is NaN. Eight bytes a row."""

    values: "array[float]" = field(default_factory=lambda: array("d"))

    def put(self, row: int, value: float) -> None:
        """Take in a row's number; one that is there already is replaced."""
        if row < len(self.values):
            self.values[row] = value
            return
        self._fill(row)
        self.values.append(value)

    def until(self, rows: int) -> "array[float]":
        """Give the column of that many rows."""
        self._fill(rows)
        return self.values

    def _fill(self, rows: int) -> None:
        missing = rows - len(self.values)
        if missing > 0:
            self.values.extend(array("d", [NAN]) * missing)
