"""Digests are remembered, each once, in little memory."""

import tracemalloc
from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from harness.compact import DigestSet


def digest(number: int) -> int:
    return int.from_bytes(blake2b(b"%d" % number, digest_size=8).digest(), "big")


@given(st.lists(st.integers(0, 40) | st.integers(0, (1 << 64) - 1), max_size=100))
def test_a_digest_is_new_once(digests: list[int]) -> None:
    kept, known = DigestSet(), set()
    for one in digests:
        assert kept.add(one) is (one not in known)
        known.add(one)


def test_a_digest_takes_few_bytes() -> None:
    tracemalloc.start(1)
    kept = DigestSet()
    for number in range(100_000):
        kept.add(digest(number))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 100_000 * 11
