"""A column of numbers of which many rows have none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.compact import NAN, CodedColumn

__all__ = ["NAN", "SparseColumn"]


@dataclass(slots=True)
class SparseColumn:
    """Takes numbers by row, rows rising; what is left out is NaN."""

    values: CodedColumn = field(default_factory=CodedColumn)

    def put(self, row: int, value: float) -> None:
        """Take in a row's number; one that is there already is replaced."""
        missing = row - len(self.values)
        if missing < 0:
            self.values.replace(row, value)
            return
        if missing:
            self.values.fill(missing)
        self.values.append(value)

    def until(self, rows: int) -> Sequence[float]:
        """Give the column of that many rows."""
        self.values.fill(rows - len(self.values))
        return self.values
