"""Whether embeddings keep their neighbours: what a search over them would notice."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from harness.api import Measure, Output
from harness_tasks._vectors import rows_of

NEIGHBOURS = 10
"""Nearest cases of each case that are looked at; of fewer than 21 cases half of the others."""

SAME = 1e-5
"""Cosines that differ by no more are equally near; noise of float32 is 1e-7."""

_BLOCK = 256
"""Rows whose similarities are held at once: 2,000 cases take 2 MB."""


def only_vector(output: Output) -> Sequence[float] | None:
    """Give the vector of an answer that is one finite vector other than zero, else None."""
    rows = rows_of(output)
    if len(rows) != 1 or not any(rows[0]) or not all(map(math.isfinite, rows[0])):
        return None
    return rows[0]


def compare_neighbours(before: Any, after: Any) -> Iterator[list[Measure]]:
    """Give for each case `neighbour_agreement`, 0..1: the share of its nearest cases that stay so.

    Two numpy arrays of a vector a case. Near is by cosine; a case of the baseline's nearest stays
    when no more than `SAME` parts it from the candidate's farthest of the nearest, so that equal
    texts may change places. With fewer than three cases nobody has a neighbour to lose.
    """
    import numpy as np

    size = min(NEIGHBOURS, (len(before) - 1) // 2)
    if size < 1:
        yield from ([] for _ in range(len(before)))
        return
    note = f"of the {size} nearest of {len(before):,} cases"
    old, new = _units(before), _units(after)
    for start in range(0, len(old), _BLOCK):
        were, are = _near(old, start), _near(new, start)
        nearest = np.argpartition(-were, size - 1, axis=1)[:, :size]
        farthest = -np.partition(-are, size - 1, axis=1)[:, size - 1 : size]
        stays = np.take_along_axis(are, nearest, axis=1) >= farthest - SAME
        for share in stays.mean(axis=1).tolist():
            yield [Measure(name="neighbour_agreement", value=share, note=note)]


def _units(vectors: Any) -> Any:
    import numpy as np

    scaled = vectors / np.abs(vectors).max(axis=1, keepdims=True)  # so that no square overflows
    return scaled / np.linalg.norm(scaled, axis=1, keepdims=True)


def _near(units: Any, start: int) -> Any:
    """Give the cosines of a block of rows with all, of each with itself -2."""
    import numpy as np

    cosines = units[start : start + _BLOCK] @ units.T
    rows = np.arange(len(cosines))
    cosines[rows, start + rows] = -2.0
    return cosines
