"""Counts the bytes of bodies that are on their way through the process."""

import threading

MOST_HELD_BYTES = 67_108_864
"""Over all connections: with more than this no call is started until some of it is taken. One
answer may be larger than all of it: nothing else is started beside it."""


class Held:
    """Bytes that have arrived and were not handed over yet; counted from any thread."""

    __slots__ = ("_lock", "bytes")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count bytes that arrive; below 0: that are handed over, or dropped."""
        with self._lock:
            self.bytes += count
