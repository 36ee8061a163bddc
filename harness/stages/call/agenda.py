"""What is to be sent later, by when it is due: retries, and the next requests of jobs."""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.data.call import Request
from harness.lanes.lane import Lane
from harness.stages.call.flight import Flight

_FEWEST_RETRIES = 3
_RETRY_SHARE = 0.2


@dataclass(slots=True)
class _Retries:
    """Those of one lane, kept within their budget: a share of its calls that have not ended."""

    lane: Lane
    waiting: list[tuple[float, int, Flight]] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)

    @property
    def has_room(self) -> bool:
        """Whether one more may be on the wire."""
        most = max(_FEWEST_RETRIES, int(_RETRY_SHARE * self.lane.limiter.in_flight))
        return len(self.sent) < most


@dataclass(slots=True)
class Agenda:
    """Keeps what waits; retries of one target never wait for those of another."""

    _retries: dict[str, _Retries] = field(default_factory=dict)
    """By target name."""
    _steps: list[tuple[float, int, Flight, Request]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def __bool__(self) -> bool:
        """Whether anything is to be sent later."""
        return bool(self._steps) or any(one.waiting for one in self._retries.values())

    def put_retry(self, flight: Flight, due: float) -> None:
        """Send a flight again at `due`, monotonic seconds."""
        heapq.heappush(self._of(flight).waiting, (due, next(self._order), flight))

    def put_step(self, flight: Flight, request: Request, due: float) -> None:
        """Send the next request of a flight's job at `due`."""
        heapq.heappush(self._steps, (due, next(self._order), flight, request))

    def due_steps(self, now: float) -> Iterator[tuple[Flight, Request]]:
        """Take the requests of jobs that are due."""
        while self._steps and self._steps[0][0] <= now:
            _, _, flight, request = heapq.heappop(self._steps)
            yield flight, request

    def due_retries(self, now: float) -> Iterator[Flight]:
        """Take the retries that are due, as far as their budget has room."""
        for one in self._retries.values():
            while one.waiting and one.waiting[0][0] <= now and one.has_room:
                yield heapq.heappop(one.waiting)[2]

    def take_retries(self, lane: Lane) -> Iterator[Flight]:
        """Take all retries of a lane, due or not, the next first."""
        one = self._retries.get(lane.target.name)
        while one is not None and one.waiting:
            yield heapq.heappop(one.waiting)[2]

    def freshest(self, lane: Lane, until: float) -> Flight | None:
        """Give the retry of a lane that has made the fewest attempts, of those due by `until`."""
        one = self._retries.get(lane.target.name)
        due = [entry for entry in one.waiting if entry[0] <= until] if one is not None else []
        return min(due, key=lambda entry: (len(entry[2].attempts), entry[:2]))[2] if due else None

    def take(self, flight: Flight) -> bool:
        """Take one retry, due or not; whether it was waiting."""
        waiting = self._of(flight).waiting
        for entry in waiting:
            if entry[2] is flight:
                waiting.remove(entry)
                heapq.heapify(waiting)
                return True
        return False

    def _of(self, flight: Flight) -> _Retries:
        name = flight.lane.target.name
        if name not in self._retries:
            self._retries[name] = _Retries(flight.lane)
        return self._retries[name]

    def begin(self, flight: Flight) -> None:
        """Count a retry that was sent."""
        self._of(flight).sent.add(flight.key)

    def end(self, flight: Flight) -> None:
        """Learn that a flight came back."""
        one = self._retries.get(flight.lane.target.name)
        if one is not None:
            one.sent.discard(flight.key)

    def waits_s(self, now: float) -> Iterator[float]:
        """Give the seconds until something is due; without room for retries an outcome makes it."""
        for one in self._retries.values():
            if one.waiting and one.has_room:
                yield one.waiting[0][0] - now
        if self._steps:
            yield self._steps[0][0] - now

    def clear(self) -> None:
        """Forget all of it: those calls stay pending."""
        self._retries.clear()
        self._steps.clear()
