"""The mean difference of the two sides, as observed and with what is missing bounded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from harness import stats
from harness.gates.rows import Rows, kept
from harness.gates.watch import Watch
from harness.pairs.means import is_binary

if TYPE_CHECKING:
    from harness.gates.rows import Column, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Candidate minus baseline, in [-1, 1]."""

    observed: stats.Interval
    """Over the cases both sides answered."""
    worst: stats.Interval
    """Every missing candidate answer worst, every missing baseline answer best."""
    best: stats.Interval
    n: int
    """Cases both sides answered."""
    missing: int
    """Cases with a missing answer on either side."""
    before: float | None
    after: float | None
    flips: tuple[int, int] | None
    """(cases worse, cases better) when each answer is yes or no, else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A share a case of each side, in [0, 1], NaN where a side has none; shape (n,)."""

    before: "Column"
    after: "Column"
    bounds: "Callable[[], tuple[Column, Column, Column, Column]]"
    """Gives, with what is missing counted 0 and counted 1, the least and the greatest shares of the
    baseline, then of the candidate."""
    missing: int
    """Cases of which something is missing on either side."""


def difference(
    rows: Rows,
    kind: Literal["pass", "score"],
    confidence: float,
    watch: Watch | None = None,
) -> Difference:
    """Give the difference of pass rates or of mean scores, as `difference_of` does."""

    def bounds() -> "tuple[Column, Column, Column, Column]":
        return (
            *rows.bounds(f"before_{kind}", "before_missing"),
            *rows.bounds(f"after_{kind}", "after_missing"),
        )

    gone = (rows.column("before_missing") > 0) | (rows.column("after_missing") > 0)
    shares = Shares(
        before=rows.column(f"before_{kind}"),
        after=rows.column(f"after_{kind}"),
        bounds=bounds,
        missing=int(gone.sum()),
    )
    return difference_of(shares, rows.clusters, confidence, watch)


def difference_of(
    shares: Shares,
    clusters: "Units | None",
    confidence: float,
    watch: Watch | None = None,
) -> Difference:
    """Give the difference of the sides, over the cases both have, and with what is missing bounded.

    With a `watch` its intervals hold at whatever row one stopped to look; rows are then in the
    order of asking, in whole clusters.
    """
    before, after = shares.before, shares.after
    both = (before == before) & (after == after)
    seen_before, seen_after = before[both], after[both]
    seen = kept(clusters, both)
    observed, flips = _interval(seen_before, seen_after, seen, confidence, watch)
    worst = best = observed
    if shares.missing:
        low_before, high_before, low_after, high_after = shares.bounds()
        worst, _ = _interval(high_before, low_after, clusters, confidence, watch)
        best, _ = _interval(low_before, high_after, clusters, confidence, watch)
    n = int(both.sum())
    return Difference(
        observed=observed,
        worst=worst,
        best=best,
        n=n,
        missing=shares.missing,
        before=float(seen_before.mean()) if n else None,
        after=float(seen_after.mean()) if n else None,
        flips=flips,
    )


def _interval(
    before: "Column",
    after: "Column",
    clusters: "Units | None",
    confidence: float,
    watch: Watch | None,
) -> tuple[stats.Interval, tuple[int, int] | None]:
    """Give the paired score interval with its flips for yes/no answers, else that of the mean."""
    flips = None
    if clusters is None and is_binary(before) and is_binary(after):
        flips = int((before > after).sum()), int((before < after).sum())
    if watch is not None:
        return watch.interval(after - before, clusters, confidence), flips
    if flips is not None:
        return stats.paired_proportion(*flips, len(before), confidence), flips
    return stats.paired_mean(after - before, confidence, clusters=clusters), None
