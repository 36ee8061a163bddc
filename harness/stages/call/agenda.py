"""What is to be sent later, by when it is due: retries, and the next requests of jobs."""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.data.call import Request
from harness.stages.call.flight import Flight

_FEWEST_RETRIES = 3
_RETRY_SHARE = 0.2


@dataclass(slots=True)
class Agenda:
    """Keeps retries within their budget: a share of the calls in flight, those that wait included.

    Everywhere `in_flight` are those on the wire.
    """

    _retries: list[tuple[float, int, Flight]] = field(default_factory=list)
    _steps: list[tuple[float, int, Flight, Request]] = field(default_factory=list)
    _retrying: set[int] = field(default_factory=set)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def __bool__(self) -> bool:
        """Whether anything is to be sent later."""
        return bool(self._retries or self._steps)

    def put_retry(self, flight: Flight, due: float) -> None:
        """Send a flight again at `due`, monotonic seconds."""
        heapq.heappush(self._retries, (due, next(self._order), flight))

    def put_step(self, flight: Flight, request: Request, due: float) -> None:
        """Send the next request of a flight's job at `due`."""
        heapq.heappush(self._steps, (due, next(self._order), flight, request))

    def due_steps(self, now: float) -> Iterator[tuple[Flight, Request]]:
        """Take the requests of jobs that are due."""
        while self._steps and self._steps[0][0] <= now:
            _, _, flight, request = heapq.heappop(self._steps)
            yield flight, request

    def due_retries(self, now: float, in_flight: int) -> Iterator[Flight]:
        """Take the retries that are due, as far as their budget has room."""
        while self._retries and self._retries[0][0] <= now and self._has_room(in_flight):
            yield heapq.heappop(self._retries)[2]

    def _has_room(self, in_flight: int) -> bool:
        most = max(_FEWEST_RETRIES, int(_RETRY_SHARE * (in_flight + len(self._retries))))
        return len(self._retrying) < most

    def begin(self, flight: Flight) -> None:
        """Count a retry that was sent."""
        self._retrying.add(flight.key)

    def end(self, key: int) -> None:
        """Learn that a flight came back."""
        self._retrying.discard(key)

    def waits_s(self, now: float, in_flight: int) -> Iterator[float]:
        """Give the seconds until something is due; without room for retries an outcome makes it."""
        if self._retries and self._has_room(in_flight):
            yield self._retries[0][0] - now
        if self._steps:
            yield self._steps[0][0] - now

    def clear(self) -> None:
        """Forget all of it: those calls stay pending."""
        self._retries.clear()
        self._steps.clear()
