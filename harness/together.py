"""Lets several readers go through one stream side by side, so that it is made once for all."""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from queue import SimpleQueue
from typing import Generic, TypeVar

_Item = TypeVar("_Item")

_BATCH = 64


class _Seat(Generic[_Item]):
    """One reader's place in a pass. Only who has the turn runs: the reader, or the pass."""

    def __init__(self) -> None:
        self.is_left = False
        self._given: SimpleQueue[Sequence[_Item] | BaseException | None] = SimpleQueue()
        """Batches; at last None, or what ended the pass."""
        self._through: SimpleQueue[None] = SimpleQueue()
        """One for every batch, and one when the reader leaves."""

    def give(self, batch: Sequence[_Item]) -> None:
        """Hand a batch over and wait until the reader is through with it, or has left."""
        if not self.is_left:
            self._given.put(batch)
            self._through.get()

    def end(self, error: Exception | None) -> None:
        """Let the reader's pass end, or fail, and wait until it has left."""
        self._given.put(error)
        while not self.is_left:
            self._through.get()

    def give_up(self) -> None:
        """Let the reader's pass fail, as nobody goes on with it."""
        self._given.put(RuntimeError("the cases were not read to their end"))

    def taken(self) -> Iterator[_Item]:
        """Give the items of every batch until the end; an exception is raised."""
        try:
            while (batch := self._given.get()) is not None:
                if isinstance(batch, BaseException):
                    raise batch
                yield from batch
                self._through.put(None)
        finally:
            self.leave()

    def leave(self) -> None:
        """Take part no longer."""
        self.is_left = True
        self._through.put(None)


class Together(Generic[_Item]):
    """Readers that each run in a thread of their own and share passes over `source`.

    A pass begins once every reader that has not ended asks for one. In a pass they take turns,
    batch by batch: threads of Python that run at once only take the interpreter from each other. A
    reader that asks for a second pass while its first is going on gets one of its own.

    Readers and passes speak through queues alone. Who is interrupted leaves no lock behind that
    the others would wait for.
    """

    def __init__(self, source: Callable[[], Iterator[_Item]]) -> None:
        self._source = source
        self._said: SimpleQueue[_Seat[_Item] | None] = SimpleQueue()
        """A seat asks for the next pass; None: a reader has ended."""
        self._mine = threading.local()
        """`seat`, in the thread of a reader: the last it had."""
        self._seats: list[_Seat[_Item]] = []
        """All there were."""
        self._is_cut_short = False

    def items(self) -> Iterator[_Item]:
        """Go through the stream; called by a reader in its own thread, or by anybody alone."""
        before: _Seat[_Item] | None = getattr(self._mine, "seat", None)
        if before is None or not before.is_left:
            yield from self._source()
            return
        seat = self._mine.seat = _Seat[_Item]()
        self._seats.append(seat)
        self._said.put(seat)
        if self._is_cut_short:  # nobody hears of it any more
            seat.give_up()
        yield from seat.taken()

    def run(self, readers: Sequence[Callable[[], None]]) -> None:
        """Run every reader to its end. What one raises is its own affair: it must catch it."""
        threads = [
            threading.Thread(target=self._read, args=(reader,), name="revgate-report", daemon=True)
            for reader in readers
        ]
        asking: list[_Seat[_Item]] = []
        active = len(threads)
        try:
            for thread in threads:
                thread.start()
            while active:
                if (said := self._said.get()) is None:
                    active -= 1
                else:
                    asking.append(said)
                if asking and len(asking) == active:
                    self._pass(asking)
                    asking.clear()
        except BaseException:  # a Ctrl-C; what a source raises is told to the readers
            self._is_cut_short = True
            for seat in self._seats:
                seat.give_up()
            raise
        for thread in threads:
            thread.join()

    def _read(self, reader: Callable[[], None]) -> None:
        try:
            self._mine.seat = _Seat[_Item]()
            self._mine.seat.leave()
            try:
                reader()
            finally:
                self._mine.seat.leave()  # it may have kept an iterator unfinished
        finally:
            self._said.put(None)

    def _pass(self, seats: Sequence[_Seat[_Item]]) -> None:
        end: Exception | None = None
        try:
            stream = self._source()
            while batch := list(islice(stream, _BATCH)):
                for seat in seats:
                    seat.give(batch)
                if all(seat.is_left for seat in seats):
                    break
        except Exception as error:  # noqa: BLE001 - raised again in every reader
            end = error
        for seat in seats:
            seat.end(end)
