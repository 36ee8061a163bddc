"""The rows of a pair table a gate looks at, and what their missing answers could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compact import rows_by_label, unit_numbers
from harness.data.comparison import PairTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]
    Units = NDArray[np.int64]
    """Of each case the number of its cluster."""

_DIGITS = 12
"""A mean of repeats and its missing share add up to 1 only after rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some cases of a comparison: all of them, or those of a tag."""

    table: PairTable
    chosen: Sequence[int] | None = None
    """Places in the table; None: every case."""

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.table) if self.chosen is None else len(self.chosen)

    def column(self, name: str) -> "Column":
        """Give a column of the chosen cases, shape (n,); NaN where there is no answer."""
        return self._chosen(getattr(self.table, name))

    def _chosen(self, column: "Sequence[float] | Column") -> "Column":
        import numpy as np

        values = np.asarray(column, dtype=np.float64)
        return values if self.chosen is None else values[np.asarray(self.chosen, dtype=np.intp)]

    def measure(self, name: str) -> "Column":
        """Give a measure of the task for the chosen cases, shape (n,); NaN where there is none."""
        return self._chosen(self.table.measures[name])

    def sided(self, name: str) -> "tuple[Column, Column]":
        """Give (before, after) of a number each side has by itself; NaN where it is unknown."""
        import numpy as np

        unknown = np.full(len(self.table), np.nan)
        before, after = self.table.sided.get(name, (unknown, unknown))
        return self._chosen(before), self._chosen(after)

    def uncounted(self, side: str) -> "Column":
        """Give how many answers of `before` or `after` came and count as missing, shape (n,)."""
        import numpy as np

        before, after = self.sided("uncounted")
        return np.nan_to_num(before if side == "before" else after, nan=0.0)

    def bounds(self, name: str, missing: str) -> "tuple[Column, Column]":
        """Give each case's mean with its missing repeats counted 0, and counted 1."""
        import numpy as np

        gone = self.column(missing)
        known = np.nan_to_num(self.column(name), nan=0.0) * (1.0 - gone)
        return np.round(known, _DIGITS), np.round(known + gone, _DIGITS)

    def in_order_of_asking(self) -> "Rows":
        """Give the rows as they were asked, up to the first case that was not."""
        places, until = self.table.places, self.table.asked_until
        chosen = self.chosen if self.chosen is not None else range(len(self.table))
        if not len(places):
            return Rows(table=self.table, chosen=chosen)
        kept = [row for row in chosen if until is None or places[row] < until]
        return Rows(table=self.table, chosen=sorted(kept, key=places.__getitem__))

    def in_whole_clusters(self) -> "Rows | None":
        """Give the rows without those of a last cluster not all of which is there.

        None where clusters do not come one after another: it is then not chance which are whole.
        """
        table, rows = self.table, self.chosen if self.chosen is not None else range(len(self.table))
        seen: set[str] = set()
        start, last = 0, ""
        names = list(table.clusters)
        for at, row in enumerate(rows):
            label = names[row] or f"\0{row}"
            if label == last:
                continue
            is_whole = at - start == table.cluster_sizes.get(last, 1)
            if label in seen or (last and not is_whole):
                return None
            seen.add(label)
            start, last = at, label
        is_whole = len(rows) - start == table.cluster_sizes.get(last, 1)
        return Rows(table=table, chosen=rows if is_whole else rows[:start])

    def labels(self, is_in: "NDArray[np.bool_]") -> "Units | None":
        """Give the clusters of some of the rows; None where the suite names none."""
        return kept(self.clusters, is_in)

    @property
    def clusters(self) -> "Units | None":
        """Give each case the number of its cluster when the suite names clusters, else None."""
        import numpy as np

        units = unit_numbers(self.table.clusters)
        if units is None or self.chosen is None:
            return units
        chosen = units[np.asarray(self.chosen, dtype=np.intp)]
        return chosen if (chosen >= 0).any() else None


def kept(clusters: "Units | None", is_in: "NDArray[np.bool_]") -> "Units | None":
    """Give the clusters of some of the cases."""
    return None if clusters is None else clusters[is_in]


def rows_by_tag(table: PairTable) -> dict[str, Rows]:
    """Give the cases of every tag, tags in alphabetical order."""
    found = rows_by_label(table.tags)
    return {tag: Rows(table=table, chosen=found[tag]) for tag in sorted(found)}
