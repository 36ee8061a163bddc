"""Finds the cases whose embeddings lie nearest to a case's, and which of them changed."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.api import Output
from harness_reports.vectors import vectors_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

MOST_CASES = 500
"""Cases among which neighbours are looked for: the first ones of the suite."""
MOST_NEAR = 5
_FEWEST_CASES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The nearest cases of one case, the nearest first, with their cosines."""

    before: tuple[tuple[str, float], ...]
    after: tuple[tuple[str, float], ...]

    @property
    def kept(self) -> int:
        """How many are among the nearest on both sides."""
        return len({name for name, _ in self.before} & {name for name, _ in self.after})


@dataclass(slots=True)
class Neighbourhood:
    """The embeddings of one comparison: of cases that both sides answered with one vector."""

    case_ids: list[str] = field(default_factory=list)
    before: "list[array[float]]" = field(default_factory=list)
    after: "list[array[float]]" = field(default_factory=list)
    is_cut: bool = False
    """Whether more cases had one."""

    def add(self, case_id: str, before: Output | None, after: Output | None) -> None:
        """Take in a case, where it has a vector of the common width on each side."""
        old, new = vectors_of(before), vectors_of(after)
        if len(old) != 1 or len(new) != 1:
            return
        widths = (len(old[0]), len(new[0]))
        known = (len(self.before[0]), len(self.after[0])) if self.case_ids else widths
        if len(self.case_ids) >= MOST_CASES:
            self.is_cut = True
        elif widths == known:
            self.case_ids.append(case_id)
            self.before.append(array("d", old[0]))
            self.after.append(array("d", new[0]))


def neighbours(found: Neighbourhood) -> Mapping[str, Near]:
    """Give the nearest cases of every case, by cosine; nothing where there are too few.

    Half of the other cases at most count as near, and no more than `MOST_NEAR`. The widths of the
    two sides need not be the same.
    """
    n = len(found.case_ids)
    if n < _FEWEST_CASES:
        return {}
    near = min(MOST_NEAR, (n - 1) // 2)
    before, after = (_ranked(side, near) for side in (found.before, found.after))
    if before is None or after is None:
        return {}
    names = found.case_ids
    return {
        name: Near(
            before=tuple((names[at], value) for at, value in before[place]),
            after=tuple((names[at], value) for at, value in after[place]),
        )
        for place, name in enumerate(names)
    }


def _ranked(vectors: "Sequence[array[float]]", near: int) -> list[list[tuple[int, float]]] | None:
    """The nearest of every vector; None where one has no direction."""
    import numpy as np

    matrix: Matrix = np.asarray(vectors, dtype=np.float64)
    greatest = np.abs(matrix).max(axis=1, keepdims=True)
    if not np.isfinite(greatest).all() or not (greatest > 0).all():
        return None
    matrix = matrix / greatest
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = np.clip(matrix @ matrix.T, -1.0, 1.0)
    np.fill_diagonal(cosines, -np.inf)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :near]
    return [
        [(int(at), float(row[at])) for at in best] for row, best in zip(cosines, order, strict=True)
    ]
