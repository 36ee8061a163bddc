"""Cuts a comparison off before the first case that is not there yet."""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from harness.data.comparison import PairTable
from harness.data.noun import replace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.intp]

_Value = TypeVar("_Value")
_NUMBERS = (
    "before_pass", "after_pass", "before_score", "after_score", "before_missing", "after_missing",
    "agreement", "before_faults", "after_faults", "agreement_missing", "shape_changed",
)  # fmt: skip
_VALUES = ("case_ids", "tags", "clusters", "before_flaky", "after_flaky")


def asked_before(table: PairTable, place: int) -> PairTable:
    """Give the rows of all cases asked before a place, in that order; every row has a place."""
    import numpy as np

    places = np.asarray(table.places, dtype=np.intp)
    rows = np.argsort(places, kind="stable")[: int((places < place).sum())]
    new_rows = np.full(len(places), -1, dtype=np.intp)
    new_rows[rows] = np.arange(len(rows))
    timed = new_rows[np.asarray(table.latency_rows, dtype=np.intp)]
    pairs = np.argsort(timed, kind="stable")[int((timed < 0).sum()) :]
    columns: dict[str, Any] = {name: _numbers(getattr(table, name), rows) for name in _NUMBERS}
    columns |= {name: _values(getattr(table, name), rows) for name in _VALUES}
    return replace(
        table,
        **columns,
        measures={name: _numbers(column, rows) for name, column in table.measures.items()},
        sided={
            name: (_numbers(before, rows), _numbers(after, rows))
            for name, (before, after) in table.sided.items()
        },
        places=places[rows].tolist(),
        latency_rows=timed[pairs].tolist(),
        before_latency_s=_numbers(table.before_latency_s, pairs),
        after_latency_s=_numbers(table.after_latency_s, pairs),
        first_was_baseline=_values(table.first_was_baseline, pairs),
    )


def _numbers(column: Sequence[float], rows: "Places") -> Sequence[float]:
    import numpy as np

    if not len(column):
        return column
    return array("d", np.asarray(column, dtype=np.float64)[rows].tobytes())


def _values(column: Sequence[_Value], rows: "Places") -> Sequence[_Value]:
    if not len(column):
        return column
    values = [*column]  # one after another: those that are packed are unpacked once
    return [values[row] for row in cast("list[int]", rows.tolist())]
