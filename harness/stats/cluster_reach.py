"""Whether a number of clusters can carry a gate at all, before any call is made."""

from collections.abc import Sequence

import numpy as np

from harness.stats.inputs import checked_share
from harness.stats.interval import Interval
from harness.stats.mean_interval import paired_mean


def all_alike(value: float, sizes: Sequence[int], confidence: float = 0.95) -> Interval:
    """Give the interval of `paired_mean` where every case of every cluster has the same delta.

    `sizes` are the numbers of cases of the clusters; `value` lies in [-1, 1]. Nothing narrows an
    interval more, so what this one cannot decide no answers can.
    """
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return paired_mean(np.full(len(labels), value), confidence, clusters=labels.tolist())


def clusters_to_pass(max_drop: float, confidence: float = 0.95) -> int:
    """Give the smallest number of clusters of one size at which no change at all passes.

    By `all_alike`; `max_drop` lies in (0, 1), raises ValueError otherwise.
    """
    checked_share(max_drop, "max_drop")

    def holds(n: int) -> bool:
        return all_alike(0.0, [1] * n, confidence).low >= -max_drop

    few, enough = 0, 1
    while not holds(enough):
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if holds(middle) else (middle, enough)
    return enough
