"""Names are remembered, each once, in little memory."""

import tracemalloc

from harness_reports.seen import Seen


def test_a_name_is_new_once() -> None:
    seen, known = Seen(), set()
    for number in range(20_000):
        name = ("class", f"case {number * 7919 % 15_000}")
        assert seen.add(name) is (name not in known)
        known.add(name)
    assert len(seen) == len(known) == 15_000


def test_a_long_name_takes_no_more_memory_than_a_short_one() -> None:
    tracemalloc.start()
    seen = Seen()
    for number in range(50_000):
        seen.add(f"{number:>200}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 50_000 * 12
