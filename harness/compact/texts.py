"""A column of texts in little memory."""

import zlib
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import overload

from harness.compact.blocks import BlockShelf

_BLOCK = 512
"""Texts that are packed together."""
_MOST_BYTES = 4 << 20
"""Of packed texts in memory: a million numbered names."""


class TextColumn(Sequence[str]):
    """Texts, packed by the block: names that are numbered take about three bytes each.

    To go through all of them is cheap; to take one out unpacks its block. What is more than
    `most_bytes` when packed waits in a temporary file.
    """

    __slots__ = ("_blocks", "_open")

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._blocks = BlockShelf(most_bytes)
        self._open: list[str] = []

    def append(self, text: str) -> None:
        """Take in one more row's text."""
        self._open.append(text)
        if len(self._open) == _BLOCK:
            texts = [one.encode("utf-8", "surrogatepass") for one in self._open]
            ends = array("I", accumulate(map(len, texts)))
            self._blocks.append(zlib.compress(ends.tobytes() + b"".join(texts), 1))
            self._open = []

    def __len__(self) -> int:
        return _BLOCK * len(self._blocks) + len(self._open)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return list(self)[row]
        block, place = divmod(range(len(self))[row], _BLOCK)
        return self._unpacked(block)[place] if block < len(self._blocks) else (self._open[place])

    def __iter__(self) -> Iterator[str]:
        return chain(chain.from_iterable(map(self._unpacked, range(len(self._blocks)))), self._open)

    def _unpacked(self, block: int) -> list[str]:
        plain = zlib.decompress(self._blocks[block])
        ends = array("I")
        ends.frombytes(plain[: _BLOCK * ends.itemsize])
        texts = plain[_BLOCK * ends.itemsize :]
        return [
            texts[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise([0, *ends])
        ]
