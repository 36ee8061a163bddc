"""A set of digests in little memory."""

from array import array
from bisect import bisect_left

_BUCKETS = 1024


class DigestSet:
    """Whole numbers of 64 bits, evenly spread, to which one can only add: nine bytes each or so."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets = tuple(array("Q") for _ in range(_BUCKETS))
        """Each sorted."""

    def add(self, digest: int) -> bool:
        """Take in a digest; whether it is new."""
        bucket = self._buckets[digest % _BUCKETS]
        place = bisect_left(bucket, digest)
        if place < len(bucket) and bucket[place] == digest:
            return False
        bucket.insert(place, digest)
        return True
