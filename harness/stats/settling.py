"""Whether a sequence can settle a question at all, before any call is made."""

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.betting import bets, log_capital
from harness.stats.inputs import checked_column, checked_share
from harness.stats.sequential import CAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST = 1 << 20


def cases_to_settle(margin: float, delta: float = 0.0, confidence: float = 0.95) -> int | None:
    """Give how many cases, all of one `delta`, decide a `ConfidenceSequence`; None: not a million.

    A delta of 0 says how many that stay the same let it pass, -1 how many that get worse fail it.
    So many clusters of one size do as well.
    """
    cases = 1_024
    while cases <= _MOST:
        at = _settled_at(np.ones(cases), margin, delta, confidence)
        if at is not None:
            return at
        cases *= 4
    return None


def clusters_settle(
    sizes: Sequence[int], margin: float, delta: float = 0.0, confidence: float = 0.95
) -> bool:
    """Whether clusters of these sizes, all of one `delta`, decide a `ConfidenceSequence`.

    In whatever order they come, but for a hair. The more one of them stands out, the less all
    others count: unequal ones decide later than as many of one size. Raises ValueError naming a
    size below 0.
    """
    column = checked_column(sizes, "sizes", low=0.0)
    if not column.any():
        return False
    weights = np.sort(column)[::-1] / column.max()
    return _settled_at(weights, margin, delta, confidence) is not None


def _settled_at(
    weights: "NDArray[np.float64]", margin: float, delta: float, confidence: float
) -> int | None:
    """Give how many of the units decide, all of one delta."""
    x = np.full(len(weights), (delta + 1) / 2)
    stakes = bets(x, weights, checked_share(confidence, "confidence"))
    edge, threshold = (1 - margin) / 2, log(2 / (1 - confidence))
    capital = log_capital(x, weights, stakes, edge, CAP, above=delta > -margin)
    return int((capital >= threshold).argmax()) + 1 if (capital >= threshold).any() else None
