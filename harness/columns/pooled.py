"""Keeps of each case what a task compares over all cases at once, up to a limit."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.api.kinds import Pooled
from harness.data.record import Measure
from harness.pairs.pairing import Side

_MOST_BYTES = 64 << 20
"""Of the numbers kept of each side."""


@dataclass(slots=True)
class Pool:
    """Takes one case after the other; both sides as float32, rows of one width."""

    pooled: Pooled | None
    told: dict[str, None] = field(default_factory=dict)
    _rows: list[int] = field(default_factory=list)
    _before: "array[float]" = field(default_factory=lambda: array("f"))
    _after: "array[float]" = field(default_factory=lambda: array("f"))
    _left_out: int = 0

    def add(self, row: int, before: Side, after: Side) -> None:
        """Take in the first repeat that both sides answered."""
        if self.pooled is None:
            return
        for repeat, record in before.records.items():
            other = after.records.get(repeat)
            if other is None or not (record.is_counted and other.is_counted):
                continue
            if record.output is not None and other.output is not None:
                try:
                    old, new = self.pooled.keep(record.output), self.pooled.keep(other.output)
                    if old is not None and new is not None:
                        self._keep(row, array("f", old), array("f", new))
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    self.told[f"what is kept to compare all cases cannot be: {error!r}"] = None
                return

    def measures(self) -> Iterator[tuple[int, tuple[Measure, ...]]]:
        """Give (row, measures) of every case kept, in order of the rows, once: then forget them."""
        if self.pooled is None or not self._rows:
            return
        rows, self._rows = self._rows, []
        if self._left_out:
            self.told[
                f"{len(rows):,} cases were compared with each other, {self._left_out:,} "
                "were too many, too large, or of another width"
            ] = None
        try:
            before, after = _matrix(self._before, len(rows)), _matrix(self._after, len(rows))
            found = [tuple(measures) for measures in self.pooled.compare(before, after)]
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            self.told[f"comparing all cases raised {error!r}"] = None
            return
        if len(found) != len(rows):
            self.told["comparing all cases gave another number of cases"] = None
            return
        yield from zip(rows, found, strict=True)

    def _keep(self, row: int, old: "array[float]", new: "array[float]") -> None:
        rows = len(self._rows)
        most = self.pooled.most_cases if self.pooled is not None else 0
        has_width = not rows or (
            len(old) * rows == len(self._before) and len(new) * rows == len(self._after)
        )
        widest = max(len(self._before) + len(old), len(self._after) + len(new))
        if not (old and new) or not has_width or rows >= most or widest * 4 > _MOST_BYTES:
            self._left_out += 1
            return
        self._rows.append(row)
        self._before.extend(old)
        self._after.extend(new)


def _matrix(numbers: "array[float]", rows: int) -> Any:
    import numpy as np

    return np.frombuffer(numbers, np.float32).reshape(rows, -1)
