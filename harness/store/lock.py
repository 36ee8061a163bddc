"""Keeps a second process from writing to a run."""

import io
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import StoreError

try:
    import fcntl
except ImportError:  # not a POSIX system: SQLite's own lock is all there is
    fcntl = None  # type: ignore[assignment]


_HEIRS_MAY_TAKE_S = 10.0
_LOOK_S = 0.02


class RunLock:
    """Holds `run.lock` beside the run file for as long as the process writes, or one it started.

    Raises StoreError naming the process that holds it. The kernel frees it when both have ended:
    what is left of a run whose process was killed is saved within moments, and is waited for.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.lock"
        file = None
        try:
            self._file = file = io.FileIO(self._path, opener=_opened)
            if fcntl is not None:
                self._take(folder)
        except BaseException as error:  # a Ctrl-C too: nobody would free it
            if file is not None:
                file.close()
            if isinstance(error, OSError):
                why = f"{error}" if file is None else f"{error.strerror or error}: make room"
                raise StoreError(f"{folder}: cannot be written: {why}") from error
            raise

    def _take(self, folder: Path) -> None:
        """Lock the file and write into it who holds it; raises OSError, StoreError."""
        until = time.monotonic() + _HEIRS_MAY_TAKE_S
        while True:
            try:
                fcntl.flock(self.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                holder = os.pread(self.number, 40, 0).decode("ascii", "replace").strip()
                if _is_gone(holder) and time.monotonic() < until:
                    time.sleep(_LOOK_S)
                    continue
                raise StoreError(
                    f"{folder}: process {holder or 'unknown'} is writing to this run; "
                    "wait for it, or stop it and resume"
                ) from error
        os.ftruncate(self.number, 0)
        os.pwrite(self.number, str(os.getpid()).encode(), 0)

    @property
    def number(self) -> int:
        """The file descriptor."""
        return self._file.fileno()

    def release(self) -> None:
        """Free the run; does nothing the second time."""
        self._file.close()

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


def _opened(path: str, _flags: int) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


def _is_gone(holder: str) -> bool:
    """Whether the process that took the lock has ended, and another holds it in its place."""
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OSError, OverflowError):
        return False
    return False
