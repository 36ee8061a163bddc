"""Decides by how much a share where less is better may rise from baseline to candidate."""

from dataclasses import replace
from typing import TYPE_CHECKING

from harness import stats
from harness.data.verdict import Outcome
from harness.gates.difference import Shares, difference_of
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, survives
from harness.gates.question import Question
from harness.gates.words import (
    at_any_time,
    between_points,
    more_cases,
    sure,
    up_to_points,
    with_missing,
)
from harness.units import format_points, format_share, plural

if TYPE_CHECKING:
    from harness.gates.rows import Column


def max_rise_of(question: Question, shares: Shares, what: str) -> GateFinding:
    """Decide `max_rise`: pass when U <= m, fail when L > m, of candidate minus baseline.

    The rise of a share is the drop of what is left of it, and decided by the same intervals.
    """
    gate = question.gate
    found = difference_of(
        _complement(shares),
        question.rows.clusters,
        question.confidence,
        question.watch,
    )
    if found.before is None or found.after is None:
        return undecided(f"no case was answered by both sides: {with_missing(found.missing)}")

    def outcome(interval: stats.Interval) -> Outcome:
        return at_most((-interval.high, -interval.low), gate.limit)

    decided = outcome(found.observed)
    settled = survives(decided, outcome(found.worst), outcome(found.best))
    # Rounded, as taking from 1 leaves a hair.
    before, after = round(1 - found.before, 12), round(1 - found.after, 12)
    drop = found.observed
    rise = replace(drop, estimate=-drop.estimate, low=-drop.high, high=-drop.low)
    reason = (
        f"{what} goes from {format_share(before)} to {format_share(after)} "
        f"over {plural(found.n, 'case')}: {format_points(rise.estimate)}, {sure(rise.confidence)} "
        f"{at_any_time(rise)}{between_points(rise.low, rise.high)}; "
        + (f"a rise of {up_to_points(gate.limit)} is" if gate.limit else "no rise is")
        + " allowed"
    )
    if found.missing:
        reason += f"; {with_missing(found.missing)}"
    if decided != settled:
        reason += ", which could turn it"
    elif settled == "inconclusive":
        reason += f"; {more_cases(stats.cases_to_decide(rise, found.n, gate.limit))}"
    return GateFinding(
        baseline=before,
        candidate=after,
        estimate=rise.estimate,
        low=rise.low,
        high=rise.high,
        outcome=settled,
        reason=reason,
        method=rise.method,
    )


def _complement(shares: Shares) -> Shares:
    def bounds() -> "tuple[Column, Column, Column, Column]":
        low_before, high_before, low_after, high_after = shares.bounds()
        return 1.0 - high_before, 1.0 - low_before, 1.0 - high_after, 1.0 - low_after

    return Shares(
        before=1.0 - shares.before,
        after=1.0 - shares.after,
        bounds=bounds,
        missing=shares.missing,
    )
