"""Places are found by digest, each once, in little memory."""

import tracemalloc
from collections import defaultdict
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import sha256_hex
from harness.recording.index import PlaceIndex


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 6), max_size=60))
def test_each_place_is_given_once_in_order(kept: list[int], asked: list[int]) -> None:
    index = PlaceIndex((sha256_hex(b"%d" % name), place * 7) for place, name in enumerate(kept))
    left: dict[int, list[int]] = defaultdict(list)
    for place, name in enumerate(kept):
        left[name].append(place * 7)
    for name in asked:
        digest = sha256_hex(b"%d" % name)
        assert index.taken(digest) == kept.count(name) - len(left[name])
        assert index.take(digest) == (left[name].pop(0) if left[name] else None)
        assert len(index) == sum(map(len, left.values()))
    assert list(index) == [place * 7 for place in range(len(kept))]


def test_an_entry_takes_twenty_bytes() -> None:
    def entries() -> Iterator[tuple[str, int]]:
        return ((sha256_hex(b"%d" % number), number) for number in range(100_000))

    PlaceIndex(entries())  # numpy's own memory is taken
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        index = PlaceIndex(entries())
        after, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(index) == 100_000
    assert after - before < 100_000 * 24
    assert most - before < 100_000 * 48
