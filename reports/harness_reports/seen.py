"""Remembers names in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Hashable

_BUCKETS = 1024
_64_BITS = (1 << 64) - 1


class Seen:
    """A set one can only add to: nine bytes a name or so, however long it is.

    Names are known by 64 bits of their hash: of a million, two are taken for one with a chance of
    3 in 100 million.
    """

    def __init__(self) -> None:
        self._buckets = tuple(array("Q") for _ in range(_BUCKETS))
        """Hashes, each bucket sorted."""

    def __len__(self) -> int:
        return sum(map(len, self._buckets))

    def add(self, name: Hashable) -> bool:
        """Take in a name; whether it is new."""
        digest = hash(name) & _64_BITS
        bucket = self._buckets[digest % _BUCKETS]
        place = bisect_left(bucket, digest)
        if place < len(bucket) and bucket[place] == digest:
            return False
        bucket.insert(place, digest)
        return True
