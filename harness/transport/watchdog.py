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
        self.sock: socket.socket | None = None
        """The connection's own `sock` is taken from it once the answer says `close`."""
        self.connect_s: float | None = None
        self.was_cut = False
        self.armed = 0
        """Number of the attempt that is being watched; 0 when none is."""

    def hold(self, connection: object) -> None:
        """Remember the connection at work and its socket."""
        self.connection = connection
        sock = getattr(connection, "sock", None)
        if isinstance(sock, socket.socket):
            self.sock = sock

    def reset(self, number: int) -> None:
        """Forget the attempt before."""
        self.connection, self.sock, self.connect_s = None, None, None
        self.armed, self.was_cut = number, False

    def cut(self) -> None:
        """Shut the socket down, which ends any read or write on it."""
        self.was_cut = True
        for sock in {self.sock, getattr(self.connection, "sock", None)}:
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
            watch.reset(next(self._numbers))
            due = time.monotonic() + deadline_s
            is_next = not self._heap or due < self._heap[0][0]
            heapq.heappush(self._heap, (due, watch.armed, watch))
            if is_next or self._is_closed:
                self._changed.notify()
            if self._is_closed:
                watch.cut()

    def disarm(self, watch: Watch) -> bool:
        """Stop watching; give whether the deadline was cut."""
        with self._changed:
            watch.armed = 0
            return watch.was_cut

    def close(self) -> None:
        """Cut what is still watched and end the thread."""
        with self._changed:
            self._is_closed = True
            for _, number, watch in self._heap:
                if watch.armed == number:
                    watch.cut()
            self._heap.clear()
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
