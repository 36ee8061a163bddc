"""Lets the two processes that write to a run do so in turns."""

import io
import math
import tempfile
import time
from types import TracebackType
from typing import Self

from harness.errors import StoreError

try:
    import fcntl
except ImportError:  # not a POSIX system: no second process is started there
    fcntl = None  # type: ignore[assignment]

_LONGEST_WAIT_S = 60.0
"""Twice as long as a judgement may hang: whoever hangs with the turn in hand is ended by then."""
_FIRST_LOOK_S = 0.0005
_LONGEST_LOOK_S = 0.008
_TURN, _NEXT = 0, 1
"""Places in the file: who has locked the first writes, who has the second is next."""


class Turns:
    """A block that one process at a time is in.

    SQLite lets one connection write at a time, but another may fold the log away meanwhile; in the
    versions with the WAL-reset bug the two may leave a damaged file behind. So a turn is a whole
    transaction, with the folding that may follow its COMMIT, or a closing.

    It is a record lock (POSIX) on a file that has no name: the kernel frees it when its process
    ends, however it ends. Such a lock is a process's, not a thread's.
    """

    def __init__(self, number: int | None = None) -> None:
        """Make turns, or share those whose file descriptor was handed on; raises OSError."""
        self._file: io.FileIO | None = None
        # Who was handed them waits for as long as the other lives: that may be stopped for a while.
        self._longest_wait_s = math.inf
        try:
            if number is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - as the run lasts
                number, self._longest_wait_s = self._file.fileno(), _LONGEST_WAIT_S
            self.number = number
            """The file descriptor: a process that has it too takes turns with this one."""
            with self:
                pass  # where a file cannot be locked, that is told before anybody relies on it
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Wait for the turn; raises StoreError when the other process does not end its own."""
        until = time.monotonic() + self._longest_wait_s
        self._take(_NEXT, until)  # nobody has two turns in a row while another waits for one
        try:
            self._take(_TURN, until)
        finally:
            self._free(_NEXT)
        return self

    def _take(self, place: int, until: float) -> None:
        """Lock a place; looked at again and again, for a wait in the kernel would have no end."""
        look_s = _FIRST_LOOK_S
        while True:
            try:
                fcntl.lockf(self.number, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):  # POSIX lets systems say either
                if time.monotonic() > until:
                    waited = f"{_LONGEST_WAIT_S:g} s"
                    raise StoreError(f"the process that judges wrote for {waited}") from None
            else:
                return
            time.sleep(look_s)
            look_s = min(2 * look_s, _LONGEST_LOOK_S)

    def _free(self, place: int) -> None:
        fcntl.lockf(self.number, fcntl.LOCK_UN, 1, place)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the turn back."""
        self._free(_TURN)

    def close(self) -> None:
        """Free the file of who made the turns; does nothing the second time."""
        if self._file is not None:
            self._file.close()
