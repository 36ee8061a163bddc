"""The rows of a pair table a gate looks at, and their worst and best cases."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness import stats
from harness.data.comparison import PairTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some cases of a comparison: all of them, or those of a tag."""

    table: PairTable
    chosen: Sequence[int]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.chosen)

    def column(self, name: str) -> list[float]:
        """Give a column of the chosen cases."""
        values = getattr(self.table, name)
        return [values[row] for row in self.chosen]

    @property
    def clusters(self) -> list[str] | None:
        """Give a label a case when the suite names clusters, else None."""
        labels = [self.table.clusters[row] for row in self.chosen]
        if not any(labels):
            return None
        return [
            label if label is not None else f"\0{row}"
            for label, row in zip(labels, self.chosen, strict=True)
        ]


def all_rows(table: PairTable) -> Rows:
    """Give every case."""
    return Rows(table=table, chosen=range(len(table)))


def rows_by_tag(table: PairTable) -> dict[str, Rows]:
    """Give the cases of every tag, tags in alphabetical order."""
    found: dict[str, list[int]] = {}
    for row, tags in enumerate(table.tags):
        for tag in tags:
            found.setdefault(tag, []).append(row)
    return {tag: Rows(table=table, chosen=found[tag]) for tag in sorted(found)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean difference with its interval, as observed and with what is missing bounded."""

    observed: stats.Interval
    worst: stats.Interval
    """Every missing candidate answer worst, every missing baseline answer best."""
    best: stats.Interval
    n: int
    """Pairs answered."""
    missing: int
    """Cases with a missing answer."""
    before: float | None
    after: float | None
    lost: int
    gained: int


def difference(rows: Rows, kind: str, confidence: float) -> Difference:
    """Give the difference of `pass` or `score`, candidate minus baseline."""
    before, after = rows.column(f"before_{kind}"), rows.column(f"after_{kind}")
    before_gone, after_gone = rows.column("before_missing"), rows.column("after_missing")
    clusters = rows.clusters
    kept = [i for i, (b, a) in enumerate(zip(before, after, strict=True)) if b == b and a == a]
    observed_before = [before[i] for i in kept]
    observed_after = [after[i] for i in kept]
    observed = _interval(
        observed_before,
        observed_after,
        [clusters[i] for i in kept] if clusters is not None else None,
        confidence,
    )
    missing = sum(b > 0 or a > 0 for b, a in zip(before_gone, after_gone, strict=True))
    worst = best = observed
    if missing:
        low_before, high_before = _bounds(before, before_gone)
        low_after, high_after = _bounds(after, after_gone)
        worst = _interval(high_before, low_after, clusters, confidence)
        best = _interval(low_before, high_after, clusters, confidence)
    return Difference(
        observed=observed,
        worst=worst,
        best=best,
        n=len(kept),
        missing=missing,
        before=_mean(observed_before),
        after=_mean(observed_after),
        lost=sum(b > a for b, a in zip(observed_before, observed_after, strict=True)),
        gained=sum(b < a for b, a in zip(observed_before, observed_after, strict=True)),
    )


def _bounds(values: Sequence[float], gone: Sequence[float]) -> tuple[list[float], list[float]]:
    """Give each case's mean with its missing repeats counted 0, and counted 1."""
    known = [(v if v == v else 0.0) * (1.0 - share) for v, share in zip(values, gone, strict=True)]
    return known, [k + share for k, share in zip(known, gone, strict=True)]


def _interval(
    before: Sequence[float],
    after: Sequence[float],
    clusters: Sequence[str] | None,
    confidence: float,
) -> stats.Interval:
    """Give the paired score interval for single yes/no answers, the bootstrap for all else."""
    is_binary = all(v in {0.0, 1.0} for v in before) and all(v in {0.0, 1.0} for v in after)
    if is_binary and clusters is None:
        lost = sum(b > a for b, a in zip(before, after, strict=True))
        gained = sum(b < a for b, a in zip(before, after, strict=True))
        return stats.paired_proportion(lost, gained, len(before), confidence)
    deltas = [a - b for b, a in zip(before, after, strict=True)]
    return stats.paired_mean(deltas, confidence, clusters=clusters)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
