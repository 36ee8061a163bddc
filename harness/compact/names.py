"""Names by number, and columns of them, in little memory however many there are."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, overload

from harness.compact.digests import digest64
from harness.compact.texts import TextColumn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BUCKETS = 1024
_FEW = 512
"""Names that are kept as they are, as most often there are no more."""


class NameNumbers:
    """Gives every name a number, from 0 on in the order they are met: thirteen bytes each or so.

    Of a name its digest is kept (`digest64`).
    """

    __slots__ = ("_digests", "_few", "_next", "_numbers")

    def __init__(self) -> None:
        self._next = 0
        self._few: dict[str, int] = {}
        """The first names there were."""
        self._digests: tuple[array[int], ...] = ()
        """Each sorted."""
        self._numbers: tuple[array[int], ...] = ()

    def __len__(self) -> int:
        """How many numbers were given."""
        return self._next

    def number(self, name: str) -> int:
        """Give the number of a name, the next one where it is new."""
        found = self._few.get(name)
        if found is not None:
            return found
        if self._next < _FEW:
            self._few[name] = self._next
            return self.another()
        if not self._digests:
            self._digests = tuple(array("Q") for _ in range(_BUCKETS))
            self._numbers = tuple(array("I") for _ in range(_BUCKETS))
        digest = digest64(name)
        digests, numbers = self._digests[digest % _BUCKETS], self._numbers[digest % _BUCKETS]
        place = bisect_left(digests, digest)
        if place == len(digests) or digests[place] != digest:
            digests.insert(place, digest)
            numbers.insert(place, self.another())
        return numbers[place]

    def another(self) -> int:
        """Give the next number to what has no name."""
        self._next += 1
        return self._next - 1


class NameColumn(Sequence[str | None]):
    """Names of rows, or None: four bytes a row that follows a named one, and sixteen a name.

    A name without a character is none. To take one out unpacks its neighbours, to go through all
    of them all names there are: what only tells rows apart is had from `numbers`.
    """

    __slots__ = ("_blank", "_codes", "_known", "_names")

    def __init__(self) -> None:
        self._blank = 0
        """Rows so far, while none has a name."""
        self._codes: array[int] | None = None
        """0: no name."""
        self._known = NameNumbers()
        self._names = TextColumn()

    def append(self, name: str | None) -> None:
        """Take in one more row's name."""
        if self._codes is None:
            if not name:
                self._blank += 1
                return
            self._codes = array("I", bytes(4 * self._blank))
        self._codes.append(self._code(name) if name else 0)

    def _code(self, name: str) -> int:
        number = self._known.number(name)
        if number == len(self._names):
            self._names.append(name)
        return number + 1

    def numbers(self) -> "NDArray[np.int64] | None":
        """Give each row the number of its name, -1 for none, shape (rows,); None: all have none."""
        import numpy as np

        if self._codes is None:
            return None
        return np.array(self._codes, dtype=np.int64) - 1

    def __len__(self) -> int:
        return self._blank if self._codes is None else len(self._codes)

    @overload
    def __getitem__(self, row: int) -> str | None: ...
    @overload
    def __getitem__(self, row: slice) -> list[str | None]: ...
    def __getitem__(self, row: int | slice) -> str | list[str | None] | None:
        if isinstance(row, slice):
            return list(self)[row]
        place = range(len(self))[row]
        code = self._codes[place] if self._codes is not None else 0
        return self._names[code - 1] if code else None

    def __iter__(self) -> Iterator[str | None]:
        if self._codes is None:
            return repeat(None, self._blank)
        return map([None, *self._names].__getitem__, self._codes)


def unit_numbers(names: Sequence[str | None]) -> "NDArray[np.int64] | None":
    """Give rows of one name one number, from 0 on, and each without a name one below 0 of its own.

    None where no row has a name.
    """
    import numpy as np

    if isinstance(names, NameColumn):
        found = names.numbers()
    else:
        known: dict[str, int] = {}
        numbers = (known.setdefault(name, len(known)) if name else -1 for name in names)
        found = np.fromiter(numbers, np.int64, len(names))
    if found is None or not (found >= 0).any():
        return None
    own = found < 0
    found[own] = -1 - np.flatnonzero(own)
    return found
