"""The rows of each label, where a row may have several."""

from array import array
from collections.abc import Sequence

from harness.compact.coded import SharedColumn


def rows_by_label(column: Sequence[tuple[str, ...]]) -> "dict[str, array[int]]":
    """Give the rows of every label, rising, labels in the order they are first met."""
    import numpy as np

    found: dict[str, array[int]] = {}
    if not isinstance(column, SharedColumn):
        for row, labels in enumerate(column):
            for label in dict.fromkeys(labels):
                found.setdefault(label, array("q")).append(row)
        return found
    codes = column.coded()
    for label in dict.fromkeys(label for labels in column.different for label in labels):
        has_label = np.array([label in labels for labels in column.different])
        found[label] = array("q", np.flatnonzero(has_label[codes]).astype(np.int64).tobytes())
    return found
