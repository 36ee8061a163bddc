"""Groups regressions by cause: the same failing check for the same reason."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import overload

from harness.api import LONGEST_FLIP_REASON, Comparison, digest64
from harness_reports.characters import one_line

_LONG_QUOTE = re.compile(
    r"'[^']{25,}'|\"[^\"]{25,}\"|'[^']*\s[^']*\s[^']*'|\"[^\"]*\s[^\"]*\s[^\"]*\""
)
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


class CaseIds(Sequence[str]):
    """Some of the case ids of a comparison's flips, in an order of their own: four bytes each."""

    __slots__ = ("_flipped", "places")

    def __init__(self, flipped: Sequence[str], places: "array[int]") -> None:
        self._flipped = flipped
        self.places = places
        """Which of the flips."""

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self._flipped[one] for one in self.places[place])
        return self._flipped[self.places[place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Cases that regressed alike."""

    check: str
    reason: str
    """Normalised: long quotations are `…`, numbers are `#`; may be empty."""
    case_ids: CaseIds
    """Worst first: by falling loss of score, then in plan order. Each is looked up when asked for:
    take the first few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressions:
    """A comparison's regressions by cause."""

    cases: int = 0
    causes: int = 0
    largest: tuple[Cause, ...] = ()
    """The most frequent causes, the most frequent first."""


def regressions_of(comparison: Comparison, most: int) -> Regressions:
    """Give a comparison's regressions, with `most` of their causes: a few bytes a case.

    Raises ValueError where the flips are not in the table, in its order.
    """
    causes, places, losses = array("Q"), array("I"), array("d")
    rows = _scores(comparison)
    for place, flip in enumerate(comparison.flips):
        if flip.after == "fail":
            causes.append(digest64(f"{flip.check}\0{normal_reason(flip.reason)}"))
            places.append(place)
            losses.append(_loss(rows, flip.case_id))
    if not places:
        return Regressions()
    import numpy as np

    place_of, lost = np.frombuffer(places, np.uint32), np.frombuffer(losses, np.float64)
    by_cause = np.argsort(np.frombuffer(causes, np.uint64), kind="stable").astype(np.uint32)
    grouped = np.frombuffer(causes, np.uint64)[by_cause]
    starts = np.flatnonzero(np.append(True, grouped[1:] != grouped[:-1])).astype(np.uint32)
    del grouped
    sizes = np.diff(starts, append=np.uint32(len(places)))
    # Of causes of one size the first that was met comes first.
    largest = np.lexsort((by_cause[starts], len(places) - sizes))[:most]
    flipped = comparison.flipped

    def cause(group: int) -> Cause:
        start = starts[group]
        mine = by_cause[start : start + sizes[group]]
        shown = comparison.flips[places[int(mine[0])]]
        worst_first = place_of[mine[np.argsort(-lost[mine], kind="stable")]]
        ids = CaseIds(flipped, array("I", worst_first.tobytes()))
        return Cause(check=shown.check, reason=normal_reason(shown.reason), case_ids=ids)

    return Regressions(
        cases=len(places), causes=len(starts), largest=tuple(map(cause, largest.tolist()))
    )


def _loss(rows: Iterator[tuple[str, float]], wanted: str) -> float:
    """Give the score a case lost, and leave what follows it: flips come in the table's order."""
    for case_id, lost in rows:
        if case_id == wanted:
            return lost
    raise ValueError(f"the flip of case {wanted!r} is not in the table, or not in its order")


def _scores(comparison: Comparison) -> Iterator[tuple[str, float]]:
    """Give the case and the score it lost, 0 where it is not known, of every row of the table."""
    table = comparison.table
    for case_id, was, now in zip(
        table.case_ids, table.before_score, table.after_score, strict=True
    ):
        lost = float(was) - float(now)
        yield case_id, 0.0 if isnan(lost) else lost


@lru_cache(maxsize=256)  # reasons often are the same in many cases
def normal_reason(reason: str) -> str:
    """Give a reason without what differs from case to case: numbers and long quotations."""
    read = reason[:LONGEST_FLIP_REASON]
    return one_line(_NUMBER.sub("#", _LONG_QUOTE.sub("…", read)), 140)


def exemplars(causes: Sequence[Cause], most: int) -> dict[str, str]:
    """Give case id to failing check for at most `most` cases, every cause in turn, worst first.

    Of more than `most` causes only the first can be among them.
    """
    chosen: dict[str, str] = {}
    deepest = max((len(cause.case_ids) for cause in causes), default=0)
    for depth in range(deepest):
        for cause in causes:
            if len(chosen) == most:
                return chosen
            if depth < len(cause.case_ids):
                chosen[cause.case_ids[depth]] = cause.check
    return chosen
