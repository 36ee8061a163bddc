"""Notices where the sides answer in different raw shapes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.columns.sparse import SparseColumn
from harness.units import plural

_PAIRS_KEPT = 20
_PAIRS_TOLD = 3


@dataclass(slots=True)
class Shapes:
    """Takes the pairs of shapes of one case after the other."""

    _column: SparseColumn = field(default_factory=SparseColumn)
    _changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _is_told: bool = False
    """Whether any answer's shape has a name."""
    _cases: int = 0

    def add(self, row: int, pairs: Sequence[tuple[str, str]]) -> None:
        """Take in (before, after) of every repeat both sides answered."""
        if not pairs:
            return
        if not self._is_told:
            self._is_told = any(map(any, pairs))
        changed = {pair for pair in pairs if pair[0] != pair[1]}
        self._column.put(row, float(bool(changed)))
        self._cases += bool(changed)
        for pair in changed:
            if pair in self._changes or len(self._changes) < _PAIRS_KEPT:
                self._changes[pair] += 1

    def column(self, rows: int) -> Sequence[float]:
        """Give 1 where the shape changed, else 0, NaN without a pair; empty: no shape was told."""
        return self._column.until(rows) if self._is_told else ()

    def told(self, baseline: str, candidate: str) -> Iterator[str]:
        """Say which shape became which, in how many cases."""
        if not self._cases:
            return
        known = self._changes.most_common(_PAIRS_TOLD)
        words = [f"{_name(old)} to {_name(new)} in {plural(n, 'case')}" for (old, new), n in known]
        more = len(self._changes) - len(known)
        words += [f"{more} other changes"] if more else []
        yield (
            f"the raw shape of answers changed from {baseline} to {candidate} in "
            f"{plural(self._cases, 'case')}: {', '.join(words)}; what reads them may break"
        )


def _name(shape: str) -> str:
    return f"'{shape}'" if shape else "one without a name"
