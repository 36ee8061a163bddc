"""Shows which cases lie nearest to a case, before and after."""

from collections.abc import Mapping

from harness.api import plural
from harness_reports.characters import one_line
from harness_reports.neighbours import MOST_CASES, Near
from harness_reports.view.case_nouns import NearCase, NeighbourSummary, NeighbourView
from harness_reports.view.words import MINUS

MOST_ROWS = 10

Found = tuple[tuple[str, float], ...]


def neighbour_view(near: Near | None) -> NeighbourView | None:
    """Give the nearest cases of one case; None where they are not known."""
    if near is None:
        return None
    count = len(near.before)
    same = f"{near.kept} of the {count} nearest cases are the same"
    return NeighbourView(
        words=f"{same}." if near.kept < count else f"{same}, so searches here find what they did.",
        rows=tuple(
            zip(
                _cases(near.before, near.after, "−"),
                _cases(near.after, near.before, "+"),
                strict=True,
            )
        ),
    )


def neighbour_summary(found: Mapping[str, Near], *, is_cut: bool) -> NeighbourSummary | None:
    """Give how many neighbours were kept, and the cases that lost most of theirs."""
    if not found:
        return None
    total = sum(len(near.before) for near in found.values())
    kept = sum(near.kept for near in found.values())
    lost = [(name, near) for name, near in found.items() if near.kept < len(near.before)]
    worst = sorted(lost, key=lambda item: item[1].kept)[:MOST_ROWS]
    count = len(next(iter(found.values())).before)
    among = f"the first {MOST_CASES:,} cases" if is_cut else plural(len(found), "case")
    return NeighbourSummary(
        words=(
            f"Of the {plural(count, 'nearest case')} of each of {among}, "
            f"{kept / total * 100:.1f} % are the same under both. "
            f"{plural(len(lost), 'case')} {'has' if len(lost) == 1 else 'have'} others now."
        ),
        rows=tuple(
            (
                one_line(name, 80),
                f"{near.kept} of {len(near.before)}",
                ", ".join(_only(near.before, near.after)),
                ", ".join(_only(near.after, near.before)),
            )
            for name, near in worst
        ),
    )


def _cases(near: Found, others: Found, sign: str) -> tuple[NearCase, ...]:
    known = {name for name, _ in others}
    return tuple(
        NearCase(
            one_line(name, 60),
            f"{value:.3f}".replace("-", MINUS),
            "" if name in known else sign,
        )
        for name, value in near
    )


def _only(near: Found, others: Found) -> list[str]:
    known = {name for name, _ in others}
    return [one_line(name, 40) for name, _ in near if name not in known]
