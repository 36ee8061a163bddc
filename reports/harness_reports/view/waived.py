"""Shows what was waived: accepted regressions, waivers that did nothing, the verdict without."""

from collections.abc import Iterator

from harness.api import Dossier, WaiverUse, plural
from harness_reports.characters import one_line, visible
from harness_reports.view.nouns import Badge, WaivedRow, WaivedView
from harness_reports.view.words import VERDICTS

MOST_ROWS = 200
_STATUS = {
    "used": Badge("≈", "waived", "unsure"),
    "unused": Badge("·", "unused", "plain"),
    "expired": Badge("!", "expired", "invalid"),
    "mismatched": Badge("!", "mismatched", "invalid"),
}


def waived_view(dossier: Dossier) -> WaivedView | None:
    """Give the waivers of a dossier, those that count first; None where there are none."""
    if not dossier.waivers:
        return None
    taken = sum(len(comparison.waived) for comparison in dossier.comparisons)
    without = dossier.without_waivers
    rest = len(dossier.waivers) - MOST_ROWS
    return WaivedView(
        words=" ".join(_words(taken)),
        without=VERDICTS[without.outcome] if without is not None else None,
        without_reason=visible(without.reasons[0]) if without is not None else "",
        rows=tuple(_row(use) for use in sorted(dossier.waivers, key=_rank)[:MOST_ROWS]),
        more_words=f"{plural(rest, 'more waiver')} in result.json." if rest > 0 else "",
    )


def _words(taken: int) -> Iterator[str]:
    if not taken:
        yield "No waiver takes anything out of the gates."
        return
    were = "was" if taken == 1 else "were"
    yield f"{plural(taken, 'case')} passed before and {'fails' if taken == 1 else 'fail'} now, and"
    yield f"{were} accepted: left out of the regressions, counted as unchanged in the other gates."


def _rank(use: WaiverUse) -> int:
    return list(_STATUS).index(use.status)


def _row(use: WaiverUse) -> WaivedRow:
    return WaivedRow(
        case=one_line(use.waiver.case, 80),
        badge=_STATUS[use.status],
        reason=visible(use.waiver.reason),
        by=one_line(use.waiver.by, 80),
        expires=one_line(use.waiver.expires, 20),
        note=visible(use.note),
    )
