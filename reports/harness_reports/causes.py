"""Groups regressions by cause: the same failing check for the same reason."""

import math
import re
from dataclasses import dataclass

from harness.api import Comparison, Flip
from harness_reports.characters import one_line

_LONG_QUOTE = re.compile(
    r"'[^']{25,}'|\"[^\"]{25,}\"|'[^']*\s[^']*\s[^']*'|\"[^\"]*\s[^\"]*\s[^\"]*\""
)
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Cases that regressed alike."""

    check: str
    reason: str
    """Normalised: long quotations are `…`, numbers are `#`; may be empty."""
    case_ids: tuple[str, ...]
    """Worst first: by falling loss of score, then in plan order."""


def causes_of(comparison: Comparison) -> tuple[Cause, ...]:
    """Give the causes of a comparison's regressions, the most frequent first."""
    table = comparison.table
    groups: dict[tuple[str, str], list[str]] = {}
    for flip in comparison.flips:
        if flip.after == "fail":
            groups.setdefault((flip.check, normal_reason(flip.reason)), []).append(flip.case_id)
    lost_ids = {case_id for ids in groups.values() for case_id in ids}
    places = enumerate(table.case_ids) if lost_ids else ()
    place = {case_id: index for index, case_id in places if case_id in lost_ids}

    def loss(case_id: str) -> float:
        index = place.get(case_id)
        if index is None:
            return 0.0
        lost = float(table.before_score[index]) - float(table.after_score[index])
        return 0.0 if math.isnan(lost) else lost

    causes = [
        Cause(check=check, reason=reason, case_ids=tuple(sorted(ids, key=loss, reverse=True)))
        for (check, reason), ids in groups.items()
    ]
    return tuple(sorted(causes, key=lambda cause: len(cause.case_ids), reverse=True))


def normal_reason(reason: str) -> str:
    """Give a reason without what differs from case to case: numbers and long quotations."""
    return one_line(_NUMBER.sub("#", _LONG_QUOTE.sub("…", reason[:4000])), 140)


def exemplars(causes: tuple[Cause, ...], most: int) -> dict[str, str]:
    """Give case id to failing check for at most `most` cases, every cause in turn, worst first."""
    chosen: dict[str, str] = {}
    deepest = max((len(cause.case_ids) for cause in causes), default=0)
    for depth in range(deepest):
        for cause in causes:
            if len(chosen) == most:
                return chosen
            if depth < len(cause.case_ids):
                chosen[cause.case_ids[depth]] = cause.check
    return chosen


def fixed(comparison: Comparison) -> tuple[Flip, ...]:
    """Give the flips for the better."""
    return tuple(flip for flip in comparison.flips if flip.after == "pass")
