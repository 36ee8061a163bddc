"""The cases of each tag, compared by themselves."""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from harness import stats
from harness.compact import rows_by_label, unit_numbers
from harness.data.comparison import PairTable, Slice
from harness.data.noun import replace
from harness.pairs.speed import as_estimate, latency_columns, slice_speed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]
    Units = NDArray[np.int64]


def slices_of(table: PairTable) -> tuple[Slice, ...]:
    """Give one row a tag, strongest evidence first; p-values are adjusted over all of them."""
    import numpy as np

    rows = rows_by_label(table.tags)
    if not rows:
        return ()
    before = np.asarray(table.before_pass, dtype=np.float64)
    after = np.asarray(table.after_pass, dtype=np.float64)
    units = unit_numbers(table.clusters)
    found = [_slice(units, tag, chosen, before, after) for tag, chosen in rows.items()]
    return _adjusted(_timed(table, found, rows.values()))


def _slice(
    units: "Units | None", tag: str, chosen: Sequence[int], before: "Column", after: "Column"
) -> tuple[Slice, float]:
    """Give a tag's row and its unadjusted p-value; what one side did not answer is left out."""
    import numpy as np

    rows = np.asarray(chosen, dtype=np.intp)
    rows = rows[~(np.isnan(before[rows]) | np.isnan(after[rows]))]
    if not len(rows):
        empty = Slice(
            tag=tag, n=0, before_rate=None, after_rate=None, difference=None, regressed=0, fixed=0
        )
        return empty, 1.0
    was, now = before[rows], after[rows]
    labels = None if units is None else units[rows]
    if labels is not None and (labels < 0).all():
        labels = None
    found = Slice(
        tag=tag,
        n=len(rows),
        before_rate=fmean(was),
        after_rate=fmean(now),
        difference=as_estimate(_difference(was, now, labels)),
        regressed=int(((was > 0.5) & (now < 0.5)).sum()),
        fixed=int(((was < 0.5) & (now > 0.5)).sum()),
    )
    return found, _p(was, now, labels)


def _timed(
    table: PairTable, found: Sequence[tuple[Slice, float]], rows: Iterable[Sequence[int]]
) -> list[tuple[Slice, float]]:
    """Give the slices with the latencies of their cases, where any were measured."""
    if not found or not len(table.before_latency_s):
        return list(found)
    before, after = latency_columns(table)
    timed = []
    for (part, p), chosen in zip(found, rows, strict=True):
        speed = slice_speed(before[chosen], after[chosen])
        latency = {"latency_shift": speed.shift, "latency_p95": speed.p95}
        timed.append((replace(part, timed=speed.timed, **latency), p))
    return timed


def _p(was: "Column", now: "Column", labels: "Units | None") -> float:
    """Give the p-value of "no change": McNemar's, or by signs where answers are graded.

    Cases of one cluster are one: their changes are added up.
    """
    if labels is not None:
        sums: dict[int, float] = {}
        for label, delta in zip(labels.tolist(), now - was, strict=True):
            sums[label] = sums.get(label, 0.0) + float(delta)
        return stats.sign_flip(list(sums.values()))
    if _is_yes_or_no(was) and _is_yes_or_no(now):
        return stats.mcnemar(int((was > now).sum()), int((was < now).sum()))
    return stats.sign_flip(now - was)


def _difference(was: "Column", now: "Column", labels: "Units | None") -> stats.Interval:
    if labels is not None:
        return stats.paired_mean(now - was, clusters=labels)
    if _is_yes_or_no(was) and _is_yes_or_no(now):
        return stats.paired_proportion(int((was > now).sum()), int((was < now).sum()), len(was))
    return stats.paired_mean(now - was)


def _is_yes_or_no(shares: "Column") -> bool:
    return bool(((shares == 0.0) | (shares == 1.0)).all())


def _adjusted(found: Sequence[tuple[Slice, float]]) -> tuple[Slice, ...]:
    adjusted = stats.benjamini_hochberg([p for _, p in found]) if found else []
    slices = [
        replace(slice_, p_value=float(p)) for (slice_, _), p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(slices, key=lambda s: (s.p_value if s.p_value is not None else 1, s.tag)))
