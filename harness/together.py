"""Lets several readers go through one stream side by side, so that it is made once for all."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

_Item = TypeVar("_Item")

_BATCH = 64

_closed = partial(threading.Semaphore, 0)


@dataclass(slots=True, eq=False)
class _Seat(Generic[_Item]):
    """One reader's place in a pass. Only who has the turn runs: the reader, or the pass."""

    reader: int
    batch: "Sequence[_Item] | BaseException | None" = None
    turn: threading.Semaphore = field(default_factory=_closed)
    """The reader's."""
    turn_back: threading.Semaphore = field(default_factory=_closed)
    is_left: bool = False

    def give(self, batch: "Sequence[_Item] | BaseException | None") -> None:
        """Hand a batch over and wait until the reader is through with it, or has left."""
        if not self.is_left:
            self.batch = batch
            self.turn.release()
            self.turn_back.acquire()

    def taken(self) -> Iterator[_Item]:
        """Give the items of every batch until the end, None; an exception is raised."""
        self.turn.acquire()
        while self.batch is not None:
            if isinstance(self.batch, BaseException):
                raise self.batch
            yield from self.batch
            self.batch = None
            self.turn_back.release()
            self.turn.acquire()


class Together(Generic[_Item]):
    """Readers that each run in a thread of their own and share passes over `source`.

    A pass begins once every reader that has not ended asks for one. In a pass they take turns,
    batch by batch: threads of Python that run at once only take the interpreter from each other. A
    reader that asks for a second pass while its first is going on gets one of its own.
    """

    def __init__(self, source: Callable[[], Iterator[_Item]]) -> None:
        self._source = source
        self._changed = threading.Condition()
        self._begun = 0
        """Readers whose threads have begun; some may have ended since."""
        self._active: set[int] = set()
        self._seats: dict[int, _Seat[_Item]] = {}
        """Who asks for the next pass, by thread."""
        self._reading: dict[int, _Seat[_Item]] = {}
        """Who is in the pass that is going on."""

    def items(self) -> Iterator[_Item]:
        """Go through the stream; called by a reader in its own thread, or by anybody alone."""
        me = threading.get_ident()
        with self._changed:
            is_shared = me in self._active and me not in self._reading and me not in self._seats
            seat = _Seat[_Item](me)
            if is_shared:
                self._seats[me] = seat
                self._changed.notify_all()
        if not is_shared:
            yield from self._source()
            return
        try:
            yield from seat.taken()
        finally:
            self._leave(seat)

    def _leave(self, seat: _Seat[_Item]) -> None:
        with self._changed:
            for seats in (self._seats, self._reading):
                if seats.get(seat.reader) is seat:
                    del seats[seat.reader]
            if not seat.is_left:
                seat.is_left = True
                seat.turn_back.release()
            self._changed.notify_all()

    def run(self, readers: Sequence[Callable[[], None]]) -> None:
        """Run every reader to its end. What one raises is its own affair: it must catch it."""
        threads = [
            threading.Thread(target=self._read, args=(reader,), name="revgate-report", daemon=True)
            for reader in readers
        ]
        for thread in threads:
            thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._begun == len(threads))
        while self._await_all():
            self._pass()
        for thread in threads:
            thread.join()

    def _read(self, reader: Callable[[], None]) -> None:
        me = threading.get_ident()
        with self._changed:
            self._active.add(me)
            self._begun += 1
            self._changed.notify_all()
        try:
            reader()
        finally:
            with self._changed:
                self._active.discard(me)
                kept = [seats[me] for seats in (self._seats, self._reading) if me in seats]
                self._changed.notify_all()
            for seat in kept:
                self._leave(seat)

    def _await_all(self) -> bool:
        """Wait until everybody still active asks for a pass; False: nobody is active."""
        with self._changed:
            self._changed.wait_for(lambda: self._active <= self._seats.keys())
            self._reading, self._seats = self._seats, {}
            return bool(self._reading)

    def _pass(self) -> None:
        seats = list(self._reading.values())
        end: BaseException | None = RuntimeError("the cases were not read to their end")
        try:
            stream = self._source()
            while batch := list(islice(stream, _BATCH)):
                for seat in seats:
                    seat.give(batch)
                if all(seat.is_left for seat in seats):
                    break
            end = None
        except Exception as error:  # noqa: BLE001 - raised again in every reader
            end = error
        finally:
            for seat in seats:
                seat.give(end)
        with self._changed:
            self._changed.wait_for(lambda: not self._reading)
