"""Blocks come back in their order, few of them from memory and any number from a file."""

import errno
import os
import sys
import tempfile
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compact.blocks import BlockShelf


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=12), st.integers(0, 40))
def test_blocks_come_back_whatever_fits_into_memory(blocks: list[bytes], most: int) -> None:
    shelf = BlockShelf(most)
    for number, block in enumerate(blocks):
        shelf.append(block)
        assert shelf[number // 2] == blocks[number // 2]  # reading moves the end of nothing
    assert [shelf[number] for number in range(len(shelf))] == blocks


def test_beyond_the_limit_a_block_takes_no_memory() -> None:
    tracemalloc.start(1)
    shelf = BlockShelf(50_000)
    for number in range(1_000):
        shelf.append(bytes([number % 256]) * 10_000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000  # of ten million, with what the file and its module take
    assert shelf[999] == bytes([999 % 256]) * 10_000


class Full:
    """A file on a disk that has no room beyond its first bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def write(self, block: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        some = block[: self.room]
        self.room -= len(some)
        return self.file.write(some)  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 3, 6, 8])
def test_what_a_full_disk_does_not_take_stays_in_memory(
    monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    made = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **how: Full(made(**how), room))
    shelf = BlockShelf(0)
    blocks = [b"one", b"two", b"three", b"four"]
    for block in blocks:
        shelf.append(block)
    assert [shelf[number] for number in range(4)] == blocks


def test_a_folder_for_temporary_files_that_is_none_is_not_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(**_how: Any) -> Any:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    shelf = BlockShelf(0)
    shelf.append(b"kept")
    assert shelf[0] == b"kept"


BLOCKS = [bytes([number % 251]) * (1 + number % 700) for number in range(400)]


def shelved() -> BlockShelf:
    shelf = BlockShelf(0)
    for block in BLOCKS:
        shelf.append(block)
    return shelf


def rounds(shelf: BlockShelf) -> bool:
    """Read all of it again and again, from either end in turn; whether it was right each time."""
    order = list(range(len(BLOCKS)))
    return all(
        shelf[number] == BLOCKS[number]
        for turn in range(20)
        for number in order[:: 1 - 2 * (turn % 2)]
    )


@pytest.mark.parametrize("has_pread", [True, False])
def test_threads_read_side_by_side(monkeypatch: pytest.MonkeyPatch, has_pread: bool) -> None:
    if not has_pread:
        monkeypatch.delattr(os, "pread", raising=False)
    shelf = shelved()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(rounds, [shelf] * 4))
    finally:
        sys.setswitchinterval(before)
