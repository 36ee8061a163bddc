"""Cuts connections that outlive their deadline, for a client whose timeouts are per read."""

import contextlib
import heapq
import itertools
import socket
import threading
import time


class Watch:
    """One worker's current connection, and whether its deadline was cut."""

    def __init__(self) -> None:
        self.connection: object | None = None
        self.connect_s: float | None = None
        self.was_cut = False
        self.armed = 0
        """Number of the attempt that is being watched; 0 when none is."""

    def cut(self) -> None:
        """Shut the socket down, which ends any read or write on it."""
        self.was_cut = True
        sock = getattr(self.connection, "sock", None)
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """One thread over a heap of deadlines."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Watch]] = []
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="revgate-watchdog", daemon=True)
        self._thread.start()

    def arm(self, watch: Watch, deadline_s: float) -> None:
        """Start watching; the connection is cut `deadline_s` from now unless disarmed."""
        with self._changed:
            number = next(self._numbers)
            watch.armed, watch.was_cut, watch.connection, watch.connect_s = (
                number,
                False,
                None,
                None,
            )
            heapq.heappush(self._heap, (time.monotonic() + deadline_s, number, watch))
            self._changed.notify()

    def disarm(self, watch: Watch) -> bool:
        """Stop watching; give whether the deadline was cut."""
        with self._changed:
            watch.armed = 0
            return watch.was_cut

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                if not self._heap:
                    self._changed.wait()
                    continue
                due, number, watch = self._heap[0]
                left_s = due - time.monotonic()
                if watch.armed != number:
                    heapq.heappop(self._heap)
                elif left_s > 0:
                    self._changed.wait(left_s)
                else:
                    heapq.heappop(self._heap)
                    watch.cut()
