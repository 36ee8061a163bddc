"""Blocks of bytes that wait in a temporary file where they are many."""

import os
import threading
import weakref
from typing import IO


class BlockShelf:
    """Blocks in the order they came: in memory up to a limit, beyond it in a temporary file.

    The file has no name and goes with the shelf. Where it cannot be written, as the disk is full,
    blocks stay in memory. Any thread may read.
    """

    __slots__ = ("__weakref__", "_blocks", "_end", "_file", "_kept", "_most", "_reading")

    def __init__(self, most: int) -> None:
        """Keep `most` bytes in memory."""
        self._blocks: list[bytes | tuple[IO[bytes], int, int]] = []
        """Each itself, or in which file it is, where it starts there and how long it is."""
        self._most = most
        self._kept = 0
        self._file: IO[bytes] | None = None
        self._end = 0
        """Of what is whole in the file."""
        self._reading = threading.Lock()

    def append(self, block: bytes) -> None:
        """Take in one more block."""
        is_kept = self._kept + len(block) <= self._most
        written = None if is_kept else self._written(block)
        if written is None:
            self._kept += len(block)
        self._blocks.append(written or block)

    def _written(self, block: bytes) -> tuple[IO[bytes], int, int] | None:
        """Write a block behind the others, give where it is; None: it cannot be written."""
        try:
            if self._file is None:
                import tempfile  # most runs need none, and it takes long to import

                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - outlives this
                weakref.finalize(self, self._file.close)
            self._file.seek(self._end)
            if self._file.write(block) != len(block):
                return None
        except OSError:
            return None
        start, self._end = self._end, self._end + len(block)
        return self._file, start, len(block)

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, number: int) -> bytes:
        """Give a block back; raises OSError where the file cannot be read."""
        found = self._blocks[number]
        if isinstance(found, bytes):
            return found
        file, start, size = found
        if hasattr(os, "pread"):  # its place in the file is one for all threads and all copies
            return os.pread(file.fileno(), size, start)
        with self._reading:
            file.seek(start)
            return file.read(size)
