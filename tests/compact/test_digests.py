"""Digests are remembered, each once, in little memory."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from harness.compact import DigestSet, digest64

TEXTS = st.text(st.characters(exclude_categories=()), max_size=3)


@given(st.lists(TEXTS, max_size=40))
def test_equal_texts_and_only_they_have_one_digest(texts: list[str]) -> None:
    found = {text: digest64(text) for text in texts}
    assert all(0 <= digest < 1 << 64 for digest in found.values())
    assert len(set(found.values())) == len(found)
    assert found == {text: digest64(text) for text in reversed(texts)}


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
        kept.add(digest64(f"{number}"))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 100_000 * 11
