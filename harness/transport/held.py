"""Counts the bytes of bodies that are on their way through the process, and bounds them."""

import threading
import time
from collections.abc import Callable

MOST_HELD_BYTES = 67_108_864
"""Over all connections: with more than this no call is started and no answer read further, until
some of it is taken. One answer may be larger than all of it: it is read on alone."""


class Held:
    """Bytes that have arrived and were not handed over yet; used from any thread."""

    __slots__ = ("_alone", "_lock", "_most_bytes", "_room", "_waiting", "_whole_bytes", "bytes")

    def __init__(self, most_bytes: int = MOST_HELD_BYTES) -> None:
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._waiting = 0
        self._most_bytes = most_bytes
        self._alone: object = None
        """Who is read on while there is no room."""
        self._whole_bytes = 0
        """Of `bytes`, those of whole answers that wait to be taken."""
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count bytes that arrive; below 0: that are handed over, or dropped."""
        with self._lock:
            self.bytes += count
            if self._waiting and count < 0:
                self._room.notify_all()

    def finish(self, count: int) -> None:
        """Learn that so many of the bytes are a whole answer by now, which waits to be taken."""
        with self._lock:
            self._whole_bytes += count

    def take(self, count: int) -> None:
        """Learn that a whole answer of so many bytes was handed over."""
        with self._lock:
            self.bytes -= count
            self._whole_bytes -= count
            if self._waiting:
                self._room.notify_all()

    def may_read(self, who: object) -> bool:
        """Whether an answer may be read on; one always may, so that room is made in the end."""
        with self._lock:
            return self._may_read(who)

    def wait(self, who: object, is_given_up: Callable[[], bool]) -> float:
        """Wait until an answer may be read on, or is given up; give the seconds that took.

        Whoever gives it up says so with `wake`.
        """
        with self._room:
            if self._may_read(who):
                return 0.0
            started = time.perf_counter()
            self._waiting += 1
            while not (is_given_up() or self._may_read(who)):
                self._room.wait()
            self._waiting -= 1
            return time.perf_counter() - started

    def wake(self) -> None:
        """Let everyone who waits look whether their answer was given up."""
        with self._room:
            self._room.notify_all()

    def leave(self, who: object) -> None:
        """Learn that an answer is not read any more: whole, given up or cut."""
        with self._lock:
            if self._alone is who:
                self._alone = None
                self._room.notify_all()

    def _may_read(self, who: object) -> bool:
        if self.bytes < self._most_bytes:
            return True
        if self._alone is None and not self._whole_bytes:  # else: taking them makes room
            self._alone = who
        return self._alone is who
