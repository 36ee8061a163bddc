"""Cuts connections that outlive their deadline, for a client whose timeouts are per read."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from harness.transport.watch import Watch
from harness.transport.wire import Ticket

_GRACE_S = 0.5
"""A worker whose socket was shut down is back long before."""
_MOST_ENDED = 64
"""Ended attempts that are kept beside as many as are under way."""


class Watchdog:
    """One thread over a heap of deadlines."""

    def __init__(
        self,
        *,
        on_cut: Callable[[], None],
        on_lost: Callable[[Watch], None],
        grace_s: float = _GRACE_S,
    ) -> None:
        """Watch nothing yet.

        `on_cut` is told when something was cut; `on_lost` is given what nothing can cut (a name
        being looked up, a connection being made), or what does not come back after it was cut: the
        watchdog is then done with it, and `disarm` says so to the worker.
        """
        self._on_cut, self._on_lost, self._grace_s = on_cut, on_lost, grace_s
        self._heap: list[tuple[float, int, Watch]] = []
        self._live = 0
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="revgate-watchdog", daemon=True)
        self._thread.start()

    def arm(self, watch: Watch, ticket: Ticket) -> None:
        """Start watching; the connection is cut at the ticket's deadline unless disarmed."""
        with self._changed:
            self._live += 1
            watch.begin(next(self._numbers), ticket, time.perf_counter())
            self._push(time.monotonic() + ticket.deadline_s, watch)
            if self._is_closed:
                watch.cut()

    def disarm(self, watch: Watch) -> bool:
        """Stop watching; give whether the attempt is still the worker's to end."""
        with self._changed:
            if not watch.armed:
                return False
            self._forget(watch)
            watch.ticket = None
            return True

    def close(self) -> None:
        """Cut what is still watched and end the thread."""
        with self._changed:
            self._is_closed = True
            for _, number, watch in self._heap:
                if watch.armed == number:
                    watch.cut()
            self._heap.clear()
            self._changed.notify()
        self._on_cut()
        self._thread.join(timeout=2)

    def _push(self, due: float, watch: Watch) -> None:
        if len(self._heap) > 2 * self._live + _MOST_ENDED:
            # Quick calls with a long deadline: they would all stay until they are due.
            self._heap = [entry for entry in self._heap if entry[2].armed == entry[1]]
            heapq.heapify(self._heap)
        is_next = not self._heap or due < self._heap[0][0]
        heapq.heappush(self._heap, (due, watch.armed, watch))
        if is_next:
            self._changed.notify()

    def _forget(self, watch: Watch) -> None:
        watch.armed = 0
        self._live -= 1

    def _run(self) -> None:
        while (watch := self._next_lost()) is not None:
            self._on_lost(watch)

    def _next_lost(self) -> Watch | None:
        """Cut what is due until one of them is lost, and give that; None when closed."""
        with self._changed:
            while not self._is_closed:
                if not self._heap:
                    self._changed.wait()
                    continue
                due, number, watch = self._heap[0]
                left_s = due - time.monotonic()
                if watch.armed == number and left_s > 0:
                    self._changed.wait(left_s)
                    continue
                heapq.heappop(self._heap)
                if watch.armed != number:
                    continue
                if watch.was_cut or not watch.cut():
                    self._forget(watch)
                    return watch
                self._on_cut()
                self._push(time.monotonic() + self._grace_s, watch)
        return None
