"""Counts the bytes of bodies that are on their way through the process, and bounds them."""

import threading

MOST_HELD_BYTES = 67_108_864
"""Over all connections: with more than this no call is started and no answer read further, until
some of it is taken. One answer may be larger than all of it: it is read on alone."""


class Held:
    """Bytes that have arrived and were not handed over yet; used from any thread."""

    __slots__ = ("_alone", "_lock", "_most_bytes", "bytes")

    def __init__(self, most_bytes: int = MOST_HELD_BYTES) -> None:
        self._lock = threading.Lock()
        self._most_bytes = most_bytes
        self._alone: object = None
        """Who is read on while there is no room."""
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count bytes that arrive; below 0: that are handed over, or dropped."""
        with self._lock:
            self.bytes += count

    def may_read(self, who: object) -> bool:
        """Whether an answer may be read on; one always may, so that room is made in the end."""
        with self._lock:
            if self.bytes < self._most_bytes:
                return True
            if self._alone is None:
                self._alone = who
            return self._alone is who

    def leave(self, who: object) -> None:
        """Learn that an answer is not read any more: whole, given up or cut."""
        with self._lock:
            if self._alone is who:
                self._alone = None
