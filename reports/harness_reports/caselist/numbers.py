"""A number of each case that has one, in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from harness.api import digest64


class CaseNumbers:
    """Numbers from 1 by case id: twelve bytes each."""

    __slots__ = ("_digests", "_numbers")

    def __init__(self, numbered: Iterable[tuple[str, int]]) -> None:
        """Take (case id, number); 0 is none."""
        digests, numbers = array("Q"), array("I")
        for case_id, number in numbered:
            if number:
                digests.append(digest64(case_id))
                numbers.append(number)
        self._digests, self._numbers = _by_digest(digests, numbers)

    def __getitem__(self, case_id: str) -> int:
        """Give the number of a case, 0 where it has none."""
        if not self._digests:
            return 0
        digest = digest64(case_id)
        place = bisect_left(self._digests, digest)
        is_there = place < len(self._digests) and self._digests[place] == digest
        return self._numbers[place] if is_there else 0


def _by_digest(digests: "array[int]", numbers: "array[int]") -> "tuple[array[int], array[int]]":
    if not digests:
        return digests, numbers
    import numpy as np

    found = np.frombuffer(digests, np.uint64)
    order = np.argsort(found)
    sorted_numbers = np.frombuffer(numbers, np.uint32)[order]
    return array("Q", found[order].tobytes()), array("I", sorted_numbers.tobytes())
