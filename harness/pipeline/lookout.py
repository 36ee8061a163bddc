"""Keeps a run's monitor off the loop that calls: what it takes to look is in nobody's latency."""

import queue
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from harness.data.call import Slot
from harness.data.exchange import Unsent
from harness.data.record import Record
from harness.data.suite import Case
from harness.pipeline.monitor import Monitor, Outcome

_MOST_WAITING = 4096
"""Outcomes that wait at most, whoever gives them: then they do wait for a look."""
_LAST_S = 1.0
"""Longest that the end of a run waits for a look, seconds."""


class Lookout:
    """A monitor that takes in outcomes, and looks at gates, in a thread of its own.

    Whoever calls is to start no more while `has_room` is False: the monitor is behind, and what it
    finds may make further calls needless.
    """

    def __init__(self, monitor: Monitor, enough: int) -> None:
        """Take a monitor; `enough` outcomes may wait before no more calls are to be started."""
        self._monitor = monitor
        self._enough = enough
        self._outcomes: queue.Queue[Outcome | None] = queue.Queue(max(_MOST_WAITING, 4 * enough))
        self._failure: BaseException | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._work, name="revgate-monitor", daemon=True)

    def __enter__(self) -> Self:
        """Start looking."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End looking: what is not looked at yet settles nothing any more."""
        self._is_over = True
        with suppress(queue.Full):  # it ends at the next one then
            self._outcomes.put_nowait(None)
        self._thread.join(_LAST_S)

    def settled(self) -> str:
        """Give why no more answers are needed; empty while they are. Raises what a look raised."""
        if self._failure is not None:
            raise self._failure
        return self._monitor.settled()

    def has_room(self) -> bool:
        """Whether outcomes are looked at about as fast as they come."""
        return self._outcomes.qsize() <= self._enough

    def take(self, case: Case, seq: int, target: str, repeat: int, record: Record | None) -> None:
        """Take in how a planned call ended; see `Monitor.take`."""
        self._outcomes.put((case, seq, target, repeat, record))

    def miss(self, slot: Slot, unsent: Unsent) -> None:
        """Take in that a call was not made; see `Monitor.miss`."""
        missed = self._monitor.missed(slot, unsent)
        if missed is not None:
            self._outcomes.put(missed)

    def _work(self) -> None:
        while (outcome := self._outcomes.get()) is not None and not self._is_over:
            if self._failure is not None:
                continue
            try:
                self._monitor.take(*outcome)
            except BaseException as error:  # noqa: BLE001 - raised again where calls are started
                self._failure = error
