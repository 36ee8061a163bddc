"""What every judging room offers, wherever it keeps and judges answers."""

import threading
from collections.abc import Callable
from typing import Protocol

from harness.clock import Clock
from harness.data.exchange import Exchange, Fault
from harness.data.record import Record
from harness.data.suite import Case
from harness.emit import one_line

JudgeOne = Callable[[Case, Exchange], Record]


class Keep(Protocol):
    """Stores a call."""

    def __call__(self, exchange: Exchange, stored: bytes | None = None, /) -> None:
        """Store an exchange that is not stored yet, and its record where that is known."""


class Deliver(Protocol):
    """Takes an exchange with its record."""

    def __call__(
        self, case: Case, exchange: Exchange, record: Record, /, *, is_kept: bool = False
    ) -> None:
        """Take a record; `is_kept`: whoever judged it stores it too."""


DEADLINE_S = 30.0
"""Longest that judging one answer may take."""
MOST_HERE = 1024
"""Exchanges that wait to be judged in this process, unless it is told otherwise."""
MOST_APART = 2048
"""As many in another one, those on their way included."""
MOST_WAITING_BYTES = 32_000_000
"""Of bodies that wait to be judged; one that is larger waits alone."""
POLL_S = 0.1
"""Longest time between two looks at a room, seconds."""
LOOK_S = 0.005
"""Time between two looks while calls come faster than they are judged, seconds."""
_LAST_S = 1.0
"""Longest that what is left is judged once the run is to stop, seconds."""


class Room(Protocol):
    """Takes exchanges, stores each, judges it, and delivers it with its record, in order.

    A judgement that takes longer than the deadline is a `plugin` fault of that record.
    """

    def put(self, case: Case, exchange: Exchange) -> None:
        """Hand over an exchange; waits while the room is full, but not once the run is to stop.

        Raises what a delivery raised.
        """

    def has_room(self) -> bool:
        """Whether more may be handed over without waiting for it."""

    def watch(self) -> float:
        """See to what is due; give the seconds within which this is to be called again."""

    def close(self) -> None:
        """Judge what is left, then end; all of it is stored. Raises what a delivery raised.

        Once the run is to stop, no more is judged than a moment allows: the rest is when the run is
        gone on with.
        """


class LastMoment:
    """Says when a room that is closed is to leave what is not judged yet."""

    def __init__(self, stop: threading.Event, clock: Clock) -> None:
        self._stop = stop
        self._clock = clock
        self._until: float | None = None

    def is_over(self) -> bool:
        """Whether the run is to stop, and has been for as long as it goes on judging."""
        if not self._stop.is_set():
            return False
        now = self._clock.monotonic()
        if self._until is None:
            self._until = now + _LAST_S
        return now >= self._until


def late(exchange: Exchange, deadline_s: float) -> Record:
    """Give the record of an exchange whose judgement outlived its deadline."""
    fault = Fault(
        kind="plugin",
        message=f"judging took longer than {deadline_s:g} s",
        hint="a task or check hangs on this answer; `revgate plugins` says whose they are",
    )
    return Record(seq=exchange.seq, fault=fault, latency_s=exchange.latency_s)


def unstorable(record: Record, error: Exception) -> Record:
    """Give the fault of a record that a plugin filled with what is not JSON."""
    fault = Fault(
        kind="plugin",
        message=f"a plugin gave what cannot be stored: {one_line(repr(error))}",
        hint="outputs and findings hold JSON values only; `revgate plugins` says whose it is",
    )
    return Record(seq=record.seq, fault=fault, latency_s=record.latency_s)


def bytes_of(exchange: Exchange) -> int:
    """Give the bytes of all bodies of an exchange."""
    size = len(exchange.request_body)
    for attempt in exchange.attempts:
        if attempt.response is not None:
            size += len(attempt.response.body)
    return size
