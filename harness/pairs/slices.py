"""The cases of each tag, compared by themselves."""

from collections.abc import Iterable, Sequence
from statistics import fmean

from harness import stats
from harness.compact import rows_by_label
from harness.data.comparison import PairTable, Slice
from harness.data.noun import replace
from harness.pairs.speed import as_estimate, latency_columns, slice_speed


def slices_of(table: PairTable) -> tuple[Slice, ...]:
    """Give one row a tag, strongest evidence first; p-values are adjusted over all of them."""
    rows = rows_by_label(table.tags)
    found = [_slice(table, tag, chosen) for tag, chosen in rows.items()]
    return _adjusted(_timed(table, found, rows.values()))


def _slice(table: PairTable, tag: str, chosen: Sequence[int]) -> tuple[Slice, float]:
    """Give a tag's row and its unadjusted p-value; what one side did not answer is left out."""
    import numpy as np

    rows = np.asarray(chosen, dtype=np.intp)
    was_passed = np.asarray(table.before_pass, dtype=np.float64)[rows]
    is_passed = np.asarray(table.after_pass, dtype=np.float64)[rows]
    is_known = (was_passed == was_passed) & (is_passed == is_passed)
    answered: list[int] = rows[is_known].tolist()
    if not answered:
        empty = Slice(
            tag=tag, n=0, before_rate=None, after_rate=None, difference=None, regressed=0, fixed=0
        )
        return empty, 1.0
    before: list[float] = was_passed[is_known].tolist()
    after: list[float] = is_passed[is_known].tolist()
    regressed = sum(was > 0.5 > now for was, now in zip(before, after, strict=True))
    fixed = sum(was < 0.5 < now for was, now in zip(before, after, strict=True))
    found = Slice(
        tag=tag,
        n=len(answered),
        before_rate=fmean(before),
        after_rate=fmean(after),
        difference=as_estimate(_difference(table, answered, before, after)),
        regressed=regressed,
        fixed=fixed,
    )
    return found, _p(table, answered, before, after)


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


def _p(
    table: PairTable, rows: Sequence[int], before: Sequence[float], after: Sequence[float]
) -> float:
    """Give the p-value of "no change": McNemar's, or by signs where answers are graded.

    Cases of one cluster are one: their changes are added up.
    """
    deltas = [now - was for was, now in zip(before, after, strict=True)]
    if any(table.clusters) and any(table.clusters[row] for row in rows):
        sums: dict[str, float] = {}
        for row, delta in zip(rows, deltas, strict=True):
            label = table.clusters[row] or f"\0{row}"
            sums[label] = sums.get(label, 0.0) + delta
        return stats.sign_flip(list(sums.values()))
    if {*before, *after} <= {0.0, 1.0}:
        return stats.mcnemar(deltas.count(-1.0), deltas.count(1.0))
    return stats.sign_flip(deltas)


def _difference(
    table: PairTable, rows: Sequence[int], before: Sequence[float], after: Sequence[float]
) -> stats.Interval:
    labels = [table.clusters[row] for row in rows] if any(table.clusters) else ()
    deltas = [now - was for was, now in zip(before, after, strict=True)]
    if any(labels):
        own = [label or f"\0{row}" for label, row in zip(labels, rows, strict=True)]
        return stats.paired_mean(deltas, clusters=own)
    if {*before, *after} <= {0.0, 1.0}:
        return stats.paired_proportion(deltas.count(-1.0), deltas.count(1.0), len(deltas))
    return stats.paired_mean(deltas)


def _adjusted(found: Sequence[tuple[Slice, float]]) -> tuple[Slice, ...]:
    adjusted = stats.benjamini_hochberg([p for _, p in found]) if found else []
    slices = [
        replace(slice_, p_value=float(p)) for (slice_, _), p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(slices, key=lambda s: (s.p_value if s.p_value is not None else 1, s.tag)))
