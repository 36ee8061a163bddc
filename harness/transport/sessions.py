"""Replayed calls, and live ones where pycurl is missing: `requests` in a pool of threads."""

import contextlib
import queue
import threading
import time
from collections.abc import Sequence

import requests

from harness.data.exchange import Fault, Timings
from harness.emit import one_line
from harness.transport.held import Held
from harness.transport.kept_sessions import KeptSessions
from harness.transport.session_attempt import attempt, prepare
from harness.transport.watch import Watch
from harness.transport.watchdog import Watchdog
from harness.transport.wire import Finished, Ticket, timed_out, unsendable


class SessionTransport:
    """A pool of threads; each takes a session for the length of a call.

    A thread that is stuck at its call's deadline, with a name being looked up or a connection being
    made, is left behind: the call ends without it, and another thread takes its place.
    """

    name = "requests"

    def __init__(self, *, workers: int, held: Held | None = None) -> None:
        self._most = max(1, workers)
        self._todo: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers = 0
        """Threads that take calls: one that was left behind is none of them."""
        self._busy = 0
        self._is_closed = False
        self._held = Held() if held is None else held
        self._sessions = KeptSessions(self._most)
        self._watchdog = Watchdog(on_cut=self._held.wake, on_lost=self._leave_behind)

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies that have arrived and were not given yet."""
        return self._held.bytes

    def submit(self, ticket: Ticket) -> None:
        """Start a request; a thread is added while all are busy."""
        self._busy += 1
        with self._lock:
            self._todo.put(ticket)
            if self._busy > self._workers:
                self._add_worker()

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        """Wait at most `timeout_s` for outcomes."""
        outcomes: list[Finished] = []
        try:
            outcomes.append(self._done.get(timeout=max(timeout_s, 0.0001)))
            while True:
                outcomes.append(self._done.get_nowait())
        except queue.Empty:
            pass
        self._busy -= len(outcomes)
        for outcome in outcomes:
            if outcome.response is not None and outcome.response.body:
                self._held.take(len(outcome.response.body))
        return outcomes

    def close(self) -> None:
        """Drop what waits, cut what is in flight, and end the threads."""
        with self._lock:
            self._is_closed = True
            for _ in self._waiting():
                pass
            for _ in range(self._workers):
                self._todo.put(None)
        self._watchdog.close()
        self._sessions.close()

    def _waiting(self) -> Sequence[Ticket]:
        """Take what no thread has taken."""
        waiting: list[Ticket] = []
        with contextlib.suppress(queue.Empty):
            while True:
                ticket = self._todo.get_nowait()
                if ticket is not None:
                    waiting.append(ticket)
        return waiting

    def _add_worker(self) -> None:
        """Start a thread where one is allowed; if there is none at all, what waits ends here."""
        if self._workers >= self._most or self._is_closed:
            return
        thread = threading.Thread(target=self._work, name="revgate-call", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the system allows no more
            if not self._workers:
                for ticket in self._waiting():
                    self._done.put(_unstarted(ticket, error))
        else:
            self._workers += 1

    def _work(self) -> None:
        while (ticket := self._todo.get()) is not None:
            try:
                prepared = prepare(ticket)
                kept = self._sessions.take(ticket)
            except (ValueError, TypeError, requests.RequestException) as error:
                self._done.put(_without_timings(ticket, unsendable(one_line(str(error)))))
                continue
            outcome = attempt(kept, prepared, ticket, self._watchdog, self._held)
            if outcome is None:  # left behind: the place is another's by now
                kept.session.close()
                return
            self._sessions.give_back(kept)
            self._done.put(outcome)

    def _leave_behind(self, watch: Watch) -> None:
        """End a call whose thread does not come back for it, and give its place to another."""
        ticket = watch.ticket
        assert ticket is not None  # noqa: S101 - it was watched until now
        fault = timed_out(ticket.deadline_s, watch.phase)
        timings = Timings(connect_s=watch.connect_s, total_s=time.perf_counter() - watch.started)
        self._held.leave(watch)
        self._sessions.lose()
        self._done.put(Finished(key=ticket.key, response=None, fault=fault, timings=timings))
        with self._lock:
            self._workers -= 1
            if not self._todo.empty():
                self._add_worker()


def _without_timings(ticket: Ticket, fault: Fault) -> Finished:
    return Finished(key=ticket.key, response=None, fault=fault, timings=Timings())


def _unstarted(ticket: Ticket, error: RuntimeError) -> Finished:
    fault = Fault(
        kind="config",
        is_transient=True,
        message=f"the system starts no thread for the call: {one_line(str(error))}",
        hint="lower run.concurrency, or allow this user more processes (`ulimit -u`)",
    )
    return _without_timings(ticket, fault)
