"""Digests of texts, and a set of them in little memory."""

from array import array
from bisect import bisect_left
from hashlib import blake2b

_BUCKETS = 1024


def digest64(text: str) -> int:
    """Give 64 bits that tell texts apart: two of a million share them with a chance of 3 in 100
    million. Any text has them, one with a lone surrogate too.
    """
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


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
