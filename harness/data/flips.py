"""Cases whose passing changed: one of them, and any number in little memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, overload

from harness.compact import SharedColumn, TextColumn
from harness.data.noun import Noun

LONGEST_FLIP_REASON = 4_000
"""Characters of a reason that a column keeps; no report shows more of one."""

_Passing = Literal["pass", "fail"]


class Flip(Noun, frozen=True, kw_only=True):
    """A case whose passing changed."""

    case_id: str
    target: str
    before: _Passing
    after: _Passing
    check: str
    """The first check that failed on the failing side."""
    reason: str = ""


class FlipColumn(Sequence[Flip]):
    """Flips, each made when it is asked for: about a dozen bytes for one with a short reason.

    To go through all of them is cheap; to take one out unpacks its neighbours.
    """

    __slots__ = ("_ids", "_kinds", "_reasons")

    def __init__(self, flips: Iterable[Flip] = ()) -> None:
        self._ids = TextColumn()
        self._reasons = TextColumn()
        self._kinds: SharedColumn[tuple[str, _Passing, _Passing, str]] = SharedColumn()
        for flip in flips:
            self.append(flip)

    def append(self, flip: Flip) -> None:
        """Take in one more flip."""
        self._ids.append(flip.case_id)
        self._reasons.append(flip.reason[:LONGEST_FLIP_REASON])
        self._kinds.append((flip.target, flip.before, flip.after, flip.check))

    @property
    def case_ids(self) -> Sequence[str]:
        """The case of each; unpacks no reasons."""
        return self._ids

    def ending(self, after: _Passing) -> int:
        """Give how many end so; unpacks nothing."""
        return sum(rows for kind, rows in self._kinds.counts().items() if kind[2] == after)

    def __len__(self) -> int:
        return len(self._kinds)

    @overload
    def __getitem__(self, place: int) -> Flip: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Flip, ...]: ...
    def __getitem__(self, place: int | slice) -> Flip | tuple[Flip, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(len(self))[place])
        return _flip(self._ids[place], self._kinds[place], self._reasons[place])

    def __iter__(self) -> Iterator[Flip]:
        return map(_flip, self._ids, self._kinds, self._reasons)


def _flip(case_id: str, kind: tuple[str, _Passing, _Passing, str], reason: str) -> Flip:
    target, before, after, check = kind
    return Flip(
        case_id=case_id, target=target, before=before, after=after, check=check, reason=reason
    )
