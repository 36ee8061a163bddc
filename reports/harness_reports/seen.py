"""Remembers names in little memory."""

from array import array
from collections.abc import Hashable

_FIRST_PLACES = 1024
_64_BITS = (1 << 64) - 1


class Seen:
    """A set one can only add to: 16 to 32 bytes a name, however long it is.

    Names are known by 64 bits of their hash: of a million, two are taken for one with a chance of
    3 in 100 million.
    """

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * _FIRST_PLACES))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, name: Hashable) -> bool:
        """Take in a name; whether it is new."""
        if not self._put(hash(name) & _64_BITS or 1):
            return False
        self._count += 1
        if 2 * self._count > len(self._places):
            known, self._places = self._places, array("Q", bytes(16 * len(self._places)))
            for digest in filter(None, known):
                self._put(digest)
        return True

    def _put(self, digest: int) -> bool:
        last = len(self._places) - 1
        place = digest & last
        while there := self._places[place]:
            if there == digest:
                return False
            place = (place + 1) & last
        self._places[place] = digest
        return True
