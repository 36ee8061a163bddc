"""Writes a run: one connection, one thread, group commits."""

import queue
import shlex
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, islice
from pathlib import Path

from harness.data.exchange import Exchange, Unsent
from harness.data.record import Record
from harness.data.suite import Case
from harness.errors import StoreError
from harness.jsonvalue import Json, sha256_hex
from harness.store import codec, schema
from harness.store.lock import RunLock
from harness.store.schema import RunHeader
from harness.store.turns import Turns

_GROUP = 1024
_GROUP_WAIT_S = 0.02
_LONGEST_GROUP_WAIT_S = 0.2
_COMMIT_SHARE = 1 / 16
"""Most of the time that commits may take; the fewer there are, the later an answer is durable."""
_ROWS_A_STEP = 32
_CASES_AT_ONCE = 64
_ROWS_AT_ONCE = 2048
"""Of cases and plan in memory at once: they are committed before more are taken."""
_MOST_IN_GROUP = 2048
"""What has come meanwhile is taken along: the slower the disk, the fewer the commits."""
_QUEUE = 2048
_MOST_WAITING_BYTES = 32_000_000
_PACK_OVER_BYTES = 200
_MOST_KNOWN = 2048
"""Digests of bodies kept in mind, twice as many at most; a repeat is ignored by the table."""
_Row = tuple[object, ...]
_Statement = tuple[str, _Row]
Saved = Callable[[StoreError | None], None]
"""Told that all before it is durable, or why it cannot be."""
_BLOB = "INSERT OR IGNORE INTO blob VALUES (?, ?, ?)"
_EXCHANGE = "INSERT OR IGNORE INTO exchange VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RECORD = "INSERT OR REPLACE INTO record VALUES (?, ?, ?)"
_INDEPENDENT = frozenset({_BLOB, _EXCHANGE, _RECORD})
"""Within one commit the order among these is nobody's concern: none refers to another's rows."""


class UnwritableError(StoreError):
    """A run that could not be saved any further: what was saved is kept, it can be resumed."""

    exit_code = 2


class RunWriter:
    """Everything handed to it is committed in order; `flush` returns when it is durable.

    A group is committed at 1,024 hand-overs (a call has two) or after 20 ms, with all that came
    meanwhile; on a slow disk after up to 200 ms, so that commits take little of the time. A failed
    commit (disk full) is raised as UnwritableError at the next use; what was committed before it is
    kept.

    The second writer of a run is the process that judges its answers: `shared` is what the first
    gave it with `share`. From then on the two write in turns. It leaves checks, migration and the
    end of the log to the first.
    """

    def __init__(
        self, folder: Path, *, create: bool, shared: tuple[int, int] | None = None
    ) -> None:
        self.path = folder / "run.sqlite"
        self._known_blobs: set[str] = set()
        self._known_before: set[str] = set()
        self._waiting_bytes = 0
        """Handed over since the last flush of its own; an upper bound of what the queue holds."""
        self._failure: BaseException | None = None
        self._queue: queue.SimpleQueue[list[_Statement] | Saved | None]
        self._queue = queue.SimpleQueue()
        self._group_wait_s = _GROUP_WAIT_S
        self._hurry = threading.Event()
        """Set when a group is due before its time."""
        self._room = threading.Condition()
        """Notified when something was taken off the queue."""
        self._is_through = threading.Event()
        """Whether the thread takes no more; after a join that was interrupted nobody else knows."""
        self._thread = threading.Thread(target=self._run, name="revgate-store", daemon=True)
        self._lock: RunLock | None = None
        self._turns: Turns | None = None
        opened = schema.create if create else schema.open_for_writing
        connection: sqlite3.Connection | None = None
        try:
            if shared is None:
                self._lock = RunLock(folder)
                self._connection = connection = opened(self.path)
            else:
                self._turns = Turns(shared[1])
                with self._turns:
                    self._connection = connection = schema.join(self.path)
            self._thread.start()
        except BaseException:  # a Ctrl-C too: what was opened is nobody's
            self._end(connection)
            raise

    def share(self) -> tuple[int, int]:
        """Give the file descriptors that let another process write too.

        The first holds the run for as long as that process has it, the second says whose turn it
        is. Raises OSError where there can be no turns.
        """
        if self._lock is None:
            raise StoreError(f"{self.path}: only who opened the run can share it")
        if self._turns is None:
            self._turns = Turns()
            self.flush()  # what was being written without a turn is written then
        return self._lock.number, self._turns.number

    def put_header(self, header: RunHeader) -> None:
        """Keep what the run was started with."""
        rows = {
            "run_id": header.run_id,
            "started_at": header.started_at,
            "suite": dict(header.suite),
            "environment": dict(header.environment),
            "plugins": dict(header.plugins),
            "selection": dict(header.selection),
        }
        self._put(
            [
                ("INSERT INTO header VALUES (?, ?)", (key, codec.dump(value)))
                for key, value in rows.items()
            ]
        )

    def put_cases(self, cases: Iterable[Case]) -> int:
        """Keep every case with its media; give how many there were."""
        total = 0
        group: list[_Statement] = []
        for case in cases:
            if case.media is not None:
                group += self._blob(case.media.body)[1]
            row = (total, case.id, codec.case_digest(case), codec.case_bytes(case))
            group.append(("INSERT INTO cases VALUES (?, ?, ?, ?)", row))
            total += 1
            if len(group) >= _CASES_AT_ONCE or case.media is not None:
                self._put(group)  # the files of many cases need not fit into memory
                group = []
            if total % _ROWS_AT_ONCE == 0:
                self.flush()  # nor the cases themselves, where they come faster than they are kept
        self._put(group)
        return total

    def put_plan(self, slots: Iterable[tuple[int, str, int, bool]]) -> int:
        """Keep the plan, rows of (case number, target, repeat, first of pair); give its length.

        A run can be gone on with only once its whole plan is stored.
        """
        total = 0
        numbered = enumerate(slots)
        while batch := list(islice(numbered, _ROWS_AT_ONCE)):
            self._put(
                [("INSERT INTO plan VALUES (?, ?, ?, ?, ?)", (seq, *row)) for seq, row in batch]
            )
            total += len(batch)
            if len(batch) == _ROWS_AT_ONCE:
                self.flush()
        self._put([("INSERT INTO header VALUES (?, ?)", (schema.PLANNED, codec.dump(total)))])
        return total

    def put_exchange(self, exchange: Exchange) -> None:
        """Keep what was sent and what came back, bodies by digest; the first of a call stays."""
        statements: list[_Statement] = []

        def keep(body: bytes) -> str:
            sha256, more = self._blob(body)
            statements.extend(more)
            return sha256

        request_sha = keep(exchange.request_body)
        row = (
            exchange.seq,
            exchange.url,
            exchange.method,
            request_sha,
            exchange.transport,
            codec.attempts_bytes(exchange, keep),
            int(exchange.is_moved),
            exchange.batched,
            codec.answered_at(exchange),
        )
        statements.append((_EXCHANGE, row))
        self._put(statements)

    def put_record(self, record: Record, stored: bytes | None = None) -> None:
        """Keep a judgement; a later one of the same call replaces it.

        `stored` is what `codec.record_bytes` gives of it, where that is known already.
        Raises TypeError or ValueError for one that could not be read again.
        """
        body = codec.record_bytes(record) if stored is None else stored
        self._put([(_RECORD, (record.seq, record.state, body))])

    def put_unsent(self, unsent: Unsent) -> None:
        """Keep why a call was not sent."""
        fault = codec.dump(unsent.fault) if unsent.fault is not None else None
        row = (unsent.seq, unsent.cause, unsent.reason, fault)
        self._put([("INSERT OR REPLACE INTO unsent VALUES (?, ?, ?, ?)", row)])

    def put_event(self, kind: str, at: float, detail: Json = None) -> None:
        """Keep something that happened to the run as a whole."""
        statement = "INSERT INTO event (at, kind, detail) VALUES (?, ?, ?)"
        self._put([(statement, (at, kind, codec.dump(detail)))])

    def forget_unsent(self) -> None:
        """Make skipped calls pending again, before a resumed run."""
        self._put([("DELETE FROM unsent", ())])

    def flush(self) -> None:
        """Return when everything handed over so far survives a kill; raises StoreError."""
        done = threading.Event()
        self._hand_over(lambda _failure: done.set(), is_due=True)
        while not done.wait(0.5):
            if not self._thread.is_alive():
                break
        self._raise_failure()

    def when_saved(self, tell: Saved) -> None:
        """Let `tell` be called, in another thread, when all handed over so far survives a kill."""
        self._hand_over(tell)

    def close(self) -> None:
        """Commit what is left and free the run; raises StoreError when that failed."""
        try:
            self._end(self._connection)
        finally:
            # Again: a Ctrl-C may have met any step, and each is taken only once.
            self._end(self._connection)
        self._raise_failure()

    def _end(self, connection: sqlite3.Connection | None) -> None:
        """Take every step to the end that was not taken yet; None: it was not opened."""
        if self._thread.is_alive():
            self._hand_over(None, is_due=True)
            self._is_through.wait()
            self._thread.join()
        if connection is not None:
            with self._turn():
                if self._lock is not None:
                    schema.fold_log(connection)
                connection.close()
        if self._turns is not None:
            turns, self._turns = self._turns, None
            turns.close()
        if self._lock is not None:
            self._lock.release()

    def _blob(self, body: bytes) -> tuple[str, list[_Statement]]:
        sha = sha256_hex(body)
        if sha in self._known_blobs:
            return sha, []
        if len(self._known_blobs) >= _MOST_KNOWN:  # what was not met again since is forgotten
            self._known_before, self._known_blobs = self._known_blobs, set()
        self._known_blobs.add(sha)
        if sha in self._known_before:
            return sha, []
        packed = len(body) > _PACK_OVER_BYTES
        stored = zlib.compress(body, 1) if packed else body
        return sha, [(_BLOB, (sha, int(packed), stored))]

    def _put(self, statements: list[_Statement]) -> None:
        if self._failure is not None:
            self._raise_failure()
        self._hand_over(statements)
        for _, row in statements:
            for value in row:
                if type(value) is bytes:
                    self._waiting_bytes += len(value)
        if self._waiting_bytes > _MOST_WAITING_BYTES:
            self._waiting_bytes = 0
            self.flush()

    def _hand_over(self, item: list[_Statement] | Saved | None, *, is_due: bool = False) -> None:
        waiting = self._queue.qsize()
        if waiting >= _QUEUE:  # several threads may see the last place free, and each take it
            self._wait_for_room()
        self._queue.put(item)
        # The thread is not woken for every item: each time costs more than the item itself.
        if (is_due or waiting + 1 >= _GROUP) and not self._hurry.is_set():
            self._hurry.set()

    def _wait_for_room(self) -> None:
        with self._room:
            while self._queue.qsize() >= _QUEUE:
                if not self._room.wait(0.5) and not self._thread.is_alive():
                    self._raise_failure()
                    raise StoreError(f"{self.path}: the writer stopped")

    def _raise_failure(self) -> None:
        if error := self._unwritable():
            raise error from self._failure

    def _unwritable(self) -> UnwritableError | None:
        if self._failure is None:
            return None
        return UnwritableError(
            f"{self.path}: cannot be written any more: {self._failure}; everything saved so "
            "far is kept: make room, then go on with "
            f"`revgate run --resume {shlex.quote(str(self.path.parent))}`"
        )

    def _run(self) -> None:
        try:
            self._commit_groups()
        finally:
            self._is_through.set()

    def _commit_groups(self) -> None:
        """Commit groups until told to end. After a failure, only take items off the queue."""
        is_open = True
        while is_open:
            group, waiting, is_open = self._next_group()
            if group and self._failure is None:
                began_s = time.perf_counter()
                try:
                    self._commit(group)
                except Exception as error:  # noqa: BLE001 - raised again where the run can end
                    self._failure = error
                took_s = time.perf_counter() - began_s
                wait_s = max(_GROUP_WAIT_S, took_s / _COMMIT_SHARE - took_s)
                self._group_wait_s = min(_LONGEST_GROUP_WAIT_S, wait_s)
            for tell in waiting:
                tell(self._unwritable())

    def _next_group(self) -> tuple[list[_Statement], list[Saved], bool]:
        """Give what is to be committed next, who waits for it, and whether more may follow."""
        group: list[_Statement] = []
        waiting: list[Saved] = []
        item = self._queue.get()
        if item is not None and self._queue.qsize() + 1 < _GROUP:
            self._hurry.wait(self._group_wait_s)
        self._hurry.clear()  # before the queue is emptied: whoever sets it later is not overlooked
        taken = 1
        while item is not None:
            if isinstance(item, list):
                group += item
            else:
                waiting.append(item)
            if taken >= _MOST_IN_GROUP or self._queue.empty():
                break
            item = self._queue.get()
            taken += 1
        if not self._queue.empty():
            self._hurry.set()
        with self._room:
            self._room.notify_all()
        return group, waiting, item is not None

    def _commit(self, group: list[_Statement]) -> None:
        connection = self._connection
        with self._turn():
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement, rows in _together(group):
                    _execute(connection, statement, rows)
                connection.execute("COMMIT")  # and now and then the log is folded, as part of it
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _turn(self) -> AbstractContextManager[object]:
        """Wait until no other process writes; there is none before the run is shared."""
        return self._turns if self._turns is not None else nullcontext()


def _execute(connection: sqlite3.Connection, statement: str, rows: list[_Row]) -> None:
    """Run a statement for every row, inserts in blocks.

    The interpreter lock is handed over at every step SQLite takes: a step a row would make the
    thread that calls wait for each of them.
    """
    into, _, values = statement.partition(" VALUES ")
    blocks = len(rows) // _ROWS_A_STEP if values else 0
    for place in range(0, blocks * _ROWS_A_STEP, _ROWS_A_STEP):
        block = rows[place : place + _ROWS_A_STEP]
        many = f"{into} VALUES {', '.join([values] * _ROWS_A_STEP)}"
        connection.execute(many, list(chain.from_iterable(block)))
    connection.executemany(statement, rows[blocks * _ROWS_A_STEP :])


def _together(group: list[_Statement]) -> Iterator[tuple[str, list[_Row]]]:
    """Give each statement with the rows in a row for it, in order but among independent ones."""
    rows: dict[str, list[_Row]] = {}
    for statement, row in group:
        if statement not in rows and not (
            statement in _INDEPENDENT and rows.keys() <= _INDEPENDENT
        ):
            yield from rows.items()
            rows = {}
        rows.setdefault(statement, []).append(row)
    yield from rows.items()
