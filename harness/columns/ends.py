"""Collects how each side's answers ended: which were cut off at their length, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.columns.sparse import NAN, SparseColumn
from harness.pairs.pairing import Side

_NAMES = ("refused", "truncated", "ends_known", "uncounted")


@dataclass(slots=True)
class Ends:
    """Takes one case after the other; where no answer says how it ended it takes no memory."""

    _columns: dict[str, tuple[SparseColumn, SparseColumn]] = field(default_factory=dict)

    def add(self, row: int, before: Side, after: Side) -> None:
        """Take in every answer of a case, those that do not count as answers too."""
        old, new = _ends(before), _ends(after)
        if old is None and new is None:
            return
        for name, was, now in zip(_NAMES, old or _UNKNOWN, new or _UNKNOWN, strict=True):
            columns = self._columns.setdefault(name, (SparseColumn(), SparseColumn()))
            columns[0].put(row, was)
            columns[1].put(row, now)

    def columns(self, rows: int) -> Mapping[str, tuple[Sequence[float], Sequence[float]]]:
        """Give (before, after) by name: `refused` and `truncated` as shares of the repeats that say
        how they ended, 0..1; `ends_known`, how many do; `uncounted`, how many count as missing.
        """
        return {
            name: (before.until(rows), after.until(rows))
            for name, (before, after) in self._columns.items()
        }


_UNKNOWN = (NAN, NAN, 0.0, 0.0)


def _ends(side: Side) -> tuple[float, float, float, float] | None:
    """Give what the columns take of one side; None where no answer says how it ended."""
    said = [
        record.output.finish
        for record in side.records.values()
        if record.output is not None and record.output.finish
    ]
    if not said:
        return None
    n = len(said)
    return said.count("refused") / n, said.count("length") / n, float(n), float(side.uncounted)
