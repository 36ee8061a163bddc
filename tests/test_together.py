"""Readers of one stream share passes over it, whatever each of them does."""

import itertools
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from harness.cli.stopping import interrupt_on_signals
from harness.together import Together
from tests.moments import at_every_moment


class Source:
    """Counts how often it is gone through; fails at `breaks_at`."""

    def __init__(self, length: int = 1000, breaks_at: int | None = None) -> None:
        self.length, self.breaks_at, self.passes = length, breaks_at, 0

    def __call__(self) -> Iterator[int]:
        self.passes += 1
        for number in range(self.length):
            if number == self.breaks_at:
                raise OSError("the disk is gone")
            yield number


def run(source: Source, *readers: Callable[[Callable[[], Iterator[int]]], object]) -> list[object]:
    """Run the readers; give what each found."""
    together = Together(source)
    found: list[object] = [None] * len(readers)

    def read(number: int, reader: Callable[[Callable[[], Iterator[int]]], object]) -> None:
        try:
            found[number] = reader(together.items)
        except OSError as error:
            found[number] = error

    together.run([partial(read, number, reader) for number, reader in enumerate(readers)])
    return found


def total(items: Callable[[], Iterator[int]]) -> int:
    return sum(items())


ALL = sum(range(1000))


@pytest.mark.parametrize("readers", [1, 2, 7])
def test_one_pass_serves_all(readers: int) -> None:
    source = Source()
    assert run(source, *[total] * readers) == [ALL] * readers
    assert source.passes == 1


def test_a_reader_that_goes_twice_takes_the_second_pass_with_others_or_alone() -> None:
    source = Source()
    twice = lambda items: (sum(items()), sum(items()))  # noqa: E731
    assert run(source, total, twice, twice) == [ALL, (ALL, ALL), (ALL, ALL)]
    assert source.passes == 2


def test_a_reader_that_asks_for_nothing_holds_nobody_up() -> None:
    assert run(Source(), total, lambda _items: "nothing") == [ALL, "nothing"]


def test_a_reader_that_stops_early_holds_nobody_up() -> None:
    few = lambda items: list(itertools.islice(items(), 3))  # noqa: E731
    assert run(Source(), few, total) == [[0, 1, 2], ALL]


def test_nobody_left_ends_the_pass_early() -> None:
    taken = []

    def endless() -> Iterator[int]:
        for number in itertools.count():
            taken.append(number)
            yield number

    together = Together(endless)
    together.run([lambda: taken.append(next(together.items()))])
    assert len(taken) < 1000


def test_two_iterators_at_once_in_one_reader_are_both_whole() -> None:
    pairs = lambda items: sum(a == b for a, b in zip(items(), items(), strict=True))  # noqa: E731
    assert run(Source(), pairs, total) == [1000, ALL]


def test_an_iterator_kept_unfinished_holds_nobody_up() -> None:
    kept = []

    def keeper(items: Callable[[], Iterator[int]]) -> int:
        kept.append(items())
        next(kept[0])
        return sum(items())

    assert run(Source(10_000), keeper, total) == [sum(range(10_000))] * 2


def test_a_source_that_fails_fails_every_reader() -> None:
    found = run(Source(breaks_at=500), total, total)
    assert [str(error) for error in found] == ["the disk is gone"] * 2


def test_a_reader_that_raises_leaves_the_others_whole() -> None:
    def broken(items: Callable[[], Iterator[int]]) -> int:
        for number in items():
            if number == 100:
                raise OSError("mine")
        return 0

    found = run(Source(), broken, total)
    assert str(found[0]) == "mine"
    assert found[1] == ALL


def test_alone_it_is_the_stream_itself() -> None:
    assert list(Together(Source(5)).items()) == [0, 1, 2, 3, 4]


def test_no_reader_no_pass() -> None:
    source = Source()
    assert run(source) == []
    assert source.passes == 0


@pytest.mark.timeout(60)
def test_a_signal_at_any_moment_ends_it_and_nobody_takes_a_part_for_the_whole() -> None:
    founds: list[list[object]] = []
    errors: list[object] = []

    def read(reader: int, found: list[object], items: Callable[[], Iterator[int]]) -> None:
        try:
            found[reader] = total(items)
        except RuntimeError as error:
            found[reader] = str(error)

    def work() -> None:
        found: list[object] = [None] * 3
        founds.append(found)
        together = Together(Source())
        readers = [partial(read, number, found, together.items) for number in range(3)]
        with suppress(KeyboardInterrupt), interrupt_on_signals():
            together.run(readers)
            assert found == [ALL] * 3

    told, threading.excepthook = threading.excepthook, errors.append
    try:
        moments = at_every_moment(work, {"threading", "harness.together"}, signal.SIGTERM)
        for thread in threading.enumerate():
            if thread.name == "revgate-report":
                thread.join(10)
                assert not thread.is_alive()
    finally:
        threading.excepthook = told
    assert errors == []
    assert moments > 300
    cut = "the cases were not read to their end"
    assert {one for found in founds for one in found} == {ALL, cut, None}
