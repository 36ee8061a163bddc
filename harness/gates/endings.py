"""Gates on how answers end: the share that was refused, and the share that was cut off."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from harness import stats
from harness.data.verdict import Outcome
from harness.gates.difference import Shares
from harness.gates.finding import GateFinding, undecided
from harness.gates.limits import at_most, judged, method_of, survives
from harness.gates.question import Question
from harness.gates.rises import max_rise_of
from harness.gates.words import between_shares, more_cases, sure
from harness.pairs.means import mean_interval
from harness.units import format_share, plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from harness.gates.rows import Column

ENDINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"refusal_rate": ("refused", "refused"), "truncation_rate": ("truncated", "cut off")}
)
"""By metric: the column it is reckoned from, and its word."""


def max_share(question: Question) -> GateFinding:
    """Decide `refusal_rate` or `truncation_rate` `max`: of the candidate's answers, what was seen.

    An answer that is missing, or does not say how it ended, counts as the worst and as the best.
    """
    gate, clusters = question.gate, question.rows.clusters
    name, word = ENDINGS[gate.metric]
    before, after = question.rows.sided(name)
    _, known_share = _known(question)
    is_known = after == after
    n, total = int(is_known.sum()), len(question.rows)
    if not n:
        return undecided(_nobody_said(question, "candidate"))
    labels = question.rows.labels(is_known)
    observed = mean_interval(after[is_known], labels, question.confidence)

    def outcome(interval: stats.Interval) -> Outcome:
        return at_most(judged(gate, interval), gate.limit)

    decided = outcome(observed)
    unknown = int((known_share < 1).sum())
    if unknown:
        low, high = _bounds(after, known_share)
        at_worst = outcome(mean_interval(high, clusters, question.confidence))
        at_best = outcome(mean_interval(low, clusters, question.confidence))
        decided = survives(decided, at_worst, at_best)
    answers = f"the answers to {plural(n, 'case')}"
    reason = f"{format_share(observed.estimate)} of {answers} of the candidate were {word}"
    if gate.confidence is not None:
        between = between_shares(observed.low, observed.high)
        reason += f", {sure(observed.confidence)} {between}"
    reason += f", {format_share(gate.limit)} allowed"
    if unknown:
        reason += (
            f"; of {unknown:,} of {plural(total, 'case')} an answer is missing or does not say"
        )
        reason += ", which could turn it" if decided != outcome(observed) else ""
    if outcome(observed) == "inconclusive":
        reason += f"; {more_cases(stats.cases_to_decide(observed, n, gate.limit))}"
    seen = before[before == before]
    return GateFinding(
        baseline=float(seen.mean()) if len(seen) else None,
        candidate=observed.estimate,
        estimate=observed.estimate,
        low=observed.low,
        high=observed.high,
        outcome=decided,
        reason=reason,
        method=method_of(gate, observed),
    )


def max_rise(question: Question) -> GateFinding:
    """Decide `refusal_rate` or `truncation_rate` `max_rise`: over cases both sides say it of."""
    name, word = ENDINGS[question.gate.metric]
    before, after = question.rows.sided(name)
    for side, column in (("baseline", before), ("candidate", after)):
        if not (column == column).any():
            return undecided(_nobody_said(question, side))
    was_known, is_known = _known(question)
    shares = Shares(
        before=before,
        after=after,
        bounds=lambda: (*_bounds(before, was_known), *_bounds(after, is_known)),
        missing=int(((was_known < 1) | (is_known < 1)).sum()),
    )
    return max_rise_of(question, shares, f"the share of answers that were {word}")


def _known(question: Question) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Give (before, after): the share of each case's repeats that say how they ended."""
    import numpy as np

    before, after = question.rows.sided("ends_known")
    repeats = question.run.repeats
    return np.nan_to_num(before, nan=0.0) / repeats, np.nan_to_num(after, nan=0.0) / repeats


def _bounds(share: "Column", known: "Column") -> "tuple[Column, Column]":
    """Give each case's share with what is not known counted 0, and counted 1."""
    import numpy as np

    least = np.nan_to_num(share, nan=0.0) * known
    return np.round(least, 12), np.round(least + 1.0 - known, 12)


def _nobody_said(question: Question, side: str) -> str:
    advice = ": a server says so in `finish_reason`; not all do, some only with `details: true`"
    return (
        f"no answer of the {side} to {plural(len(question.rows), 'case')} says how it ended{advice}"
    )
