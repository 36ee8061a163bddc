"""Calls turned away for long, while it is not known whether their target serves anybody."""

from collections.abc import Iterator

from harness.stages.call.flight import Flight


class Doubts:
    """Those that wait longer than one call does while others are answered."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Flight, float, str]] = []
        """Each with when it was turned away, monotonic seconds, and why it would end for that."""

    def add(self, flight: Flight, now: float, reason: str) -> None:
        """Take in a call that was turned away at `now`."""
        self._waiting.append((flight, now, reason))

    def lone(self) -> Iterator[tuple[Flight, str]]:
        """Take those whose target has answered another since, each with why it ends.

        Once a target is known to be away, its calls wait as all the others do: they are let go.
        """
        waiting, self._waiting = self._waiting, []
        for flight, since, reason in waiting:
            refusals = flight.lane.refusals
            if refusals.has_answered(since):
                yield flight, reason
            elif refusals.is_doubted:
                self._waiting.append((flight, since, reason))
