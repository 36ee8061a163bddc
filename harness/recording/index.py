"""Finds the entries of a recording by the digest of their request, in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

_DIGITS = 16
"""Of a digest, those that are kept: 64 bits, which two of a million requests share with a chance of
3 in 100 million."""


class PlaceIndex:
    """Places by digest, each given once, in order: 20 bytes an entry, however many there are."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        """Take in (digest in hex, place) of every entry, in order."""
        import numpy as np

        digests, places = array("Q"), array("q")
        for digest, place in entries:
            digests.append(_short(digest))
            places.append(place)
        order = np.argsort(np.frombuffer(digests, dtype=np.uint64), kind="stable")
        self._digests = array("Q", np.frombuffer(digests, dtype=np.uint64)[order].tobytes())
        del digests
        self._places = array("q", np.frombuffer(places, dtype=np.int64)[order].tobytes())
        self._taken = array("I", bytes(4 * len(places)))
        """At the first entry of a digest: how many of its places were given."""
        self._left = len(places)

    def __len__(self) -> int:
        """Number of places that were not given yet."""
        return self._left

    def __iter__(self) -> Iterator[int]:
        """Give all places, those given before as well, in order of place."""
        import numpy as np

        return iter(array("q", np.sort(np.frombuffer(self._places, dtype=np.int64)).tobytes()))

    def take(self, digest: str) -> int | None:
        """Give the next place of a digest; None where there is none, or none left."""
        short = _short(digest)
        first = bisect_left(self._digests, short)
        if not self._has(first, short):
            return None
        row = first + self._taken[first]
        if not self._has(row, short):
            return None
        self._taken[first] += 1
        self._left -= 1
        return self._places[row]

    def taken(self, digest: str) -> int:
        """Give how many places of a digest were given."""
        short = _short(digest)
        first = bisect_left(self._digests, short)
        return self._taken[first] if self._has(first, short) else 0

    def _has(self, row: int, short: int) -> bool:
        return row < len(self._digests) and self._digests[row] == short


def _short(digest: str) -> int:
    return int(digest[:_DIGITS], 16)
