"""Keeps a second process from writing to a run."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import StoreError

try:
    import fcntl
except ImportError:  # not a POSIX system: SQLite's own lock is all there is
    fcntl = None  # type: ignore[assignment]


class RunLock:
    """Holds `run.lock` beside the run file for as long as the process writes.

    Raises StoreError naming the process that holds it. The kernel frees it when a process dies.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.lock"
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be written: {error}") from error
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, 40).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise StoreError(
                f"{folder}: process {holder} is writing to this run; "
                "wait for it, or stop it and resume"
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        """Free the run."""
        os.close(self._file)

    def __enter__(self) -> Self:
        """Hold the lock for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the run at the end of the block."""
        self.release()
