"""Reads a run: header, pending calls, exchanges, cases with their records."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.data.call import Slot
from harness.data.dossier import no_bytes
from harness.data.exchange import Exchange, Unsent
from harness.data.noun import Noun, replace
from harness.data.record import Record
from harness.data.suite import Case
from harness.errors import StoreError
from harness.jsonvalue import Json, sha256_hex
from harness.store import codec, schema
from harness.store.migration import ANSWERED_AT
from harness.store.schema import RunHeader

_PENDING_AT_ONCE = 128

_EXCHANGES = """
    SELECT plan.seq, cases.body, plan.target, plan.repeat, plan.first_of_pair,
           url, method, request_sha256, transport, {moved}, {batched}, attempts
    FROM plan JOIN exchange ON exchange.seq = plan.seq
    JOIN cases ON cases.seq = plan.case_seq
"""
_CASES = """
    SELECT cases.seq, cases.digest, cases.body, plan.seq, plan.target, plan.repeat,
           plan.first_of_pair, record.body, unsent.cause, unsent.reason, unsent.fault,
           exchange.transport, json_array_length(exchange.attempts), exchange.url,
           {moved}, {batched}, {answered_at},
           instr(exchange.attempts, CAST('"held_back_s":' AS BLOB)) > 0
               AND json_extract(CAST(exchange.attempts AS TEXT), '$[0].timings.held_back_s') > 0
    FROM cases JOIN plan ON plan.case_seq = cases.seq AND plan.repeat >= 0
    LEFT JOIN record ON record.seq = plan.seq
    LEFT JOIN unsent ON unsent.seq = plan.seq
    LEFT JOIN exchange ON exchange.seq = plan.seq
"""

_IN_SCHEMA_1 = {"moved": "0", "batched": "1", "answered_at": ANSWERED_AT}
"""What stands for columns that a run file of schema 1 has not."""


class StoredAnswer(Noun, frozen=True, kw_only=True):
    """What the run knows of one planned call."""

    target: str
    repeat: int
    first_of_pair: bool
    seq: int
    record: Record | None
    unsent: Unsent | None
    attempts: int
    is_replayed: bool
    is_moved: bool = False
    batched: int = 1
    is_held_back: bool = False
    """Whether we did not read the answer for a while, for want of memory."""
    url: str = ""
    """Who answered; empty: nothing was sent."""
    answered_at: float = 0.0
    """UTC, seconds since 1970; 0 when nothing was sent."""
    body: Callable[[], bytes] = no_bytes
    """Reads the answer's body from the run file, which need not be open any more."""


class StoredCase(Noun, frozen=True, kw_only=True):
    """One case with every planned call of it, warm-ups left out."""

    number: int
    case: Case
    digest: str
    answers: tuple[StoredAnswer, ...]
    media_body: Callable[[], bytes] = no_bytes
    """Reads the file of the case from the run file, which need not be open any more."""


class RunReader:
    """A run file opened read-only; safe beside a writer in the same process."""

    def __init__(self, path: Path) -> None:
        self.path = path / "run.sqlite" if path.is_dir() else path
        connection = None
        try:
            self._connection = connection = schema.open_for_reading(self.path)
            own = {name: name for name in _IN_SCHEMA_1}
            names = _IN_SCHEMA_1 if schema.schema_of(connection) == 1 else own
            self._batched = names["batched"]
            self._exchanges, self._cases = (text.format(**names) for text in (_EXCHANGES, _CASES))
        except BaseException:  # a Ctrl-C too: what was opened is nobody's
            if connection is not None:
                connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Read within a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file at the end of the block."""
        self.close()

    def header(self) -> RunHeader:
        """Give what the run was started with; raises StoreError when it never got that far."""
        with self._decoding():
            rows = dict(self._rows("SELECT key, value FROM header"))
            if rows.pop(schema.PLANNED, None) is None:
                raise StoreError(
                    f"{self.path}: the run stopped before its first call; start it again, with "
                    f"another --out or after removing {self.path.parent}"
                )
            return RunHeader(**{key: codec.load(value) for key, value in rows.items()})

    def pending(self) -> Iterator[Slot]:
        """Give planned calls that have no exchange, in the order of the plan.

        Read a few at a time: a reader that stays open would keep the log from being folded.
        """
        query = """
            SELECT plan.seq, plan.case_seq, cases.body, plan.target, plan.repeat, plan.first_of_pair
            FROM plan JOIN cases ON cases.seq = plan.case_seq
            WHERE plan.seq > ?
              AND NOT EXISTS (SELECT 1 FROM exchange WHERE exchange.seq = plan.seq)
              AND NOT EXISTS (SELECT 1 FROM unsent WHERE unsent.seq = plan.seq)
            ORDER BY plan.seq LIMIT ?
        """
        last, case_seq, case = -1, -1, Case(id="")
        with self._decoding():
            while rows := list(self._rows(query, (last, _PENDING_AT_ONCE))):
                for last, number, body, target, repeat, first in rows:
                    if number != case_seq:  # the targets are asked in a row: it is decoded once
                        case_seq, case = number, self._with_media(codec.case_of(body))
                    yield Slot(
                        seq=last,
                        case=case,
                        target=target,
                        repeat=repeat,
                        first_of_pair=bool(first),
                    )

    def exchanges(self, *, unjudged_only: bool = False) -> Iterator[tuple[Case, Exchange]]:
        """Give exchanges with their cases, in the order of the plan; bodies are verified."""
        unjudged = "WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.seq = plan.seq) "
        query = self._exchanges + (unjudged if unjudged_only else "") + "ORDER BY plan.seq"
        with self._decoding():
            for row in self._rows(query):
                yield self._exchange(row)

    def exchange(self, seq: int) -> tuple[Case, Exchange]:
        """Give one exchange by its place in the plan; raises StoreError when there is none."""
        with self._decoding():
            for row in self._rows(self._exchanges + "WHERE plan.seq = ?", (seq,)):
                return self._exchange(row)
        raise StoreError(f"{self.path}: call {seq} has no exchange")

    def _exchange(self, row: tuple[Any, ...]) -> tuple[Case, Exchange]:
        seq, case, target, repeat, first, url, method, request_sha, transport, *more = row
        moved, batched, attempts = more
        exchange = Exchange(
            seq=seq,
            target=target,
            repeat=repeat,
            url=url,
            method=method,
            request_body=self.blob(request_sha),
            attempts=codec.attempts_of(attempts, self.blob),
            transport=transport,
            first_of_pair=bool(first),
            is_moved=bool(moved),
            batched=batched,
        )
        return codec.case_of(case), exchange

    def cases(self, *, as_planned: bool = False) -> Iterator[StoredCase]:
        """Give cases in the order of the suite, with the answers to them, by target and repeat.

        `as_planned`: all in the order in which they are asked, which `stop: early` draws.
        """
        order = "plan.seq" if as_planned else "cases.seq, plan.target, plan.repeat"
        return self._stored(f"{self._cases} ORDER BY {order}")

    def case(self, case_id: str) -> StoredCase | None:
        """Give one case by its id, None when there is none."""
        query = self._cases + "WHERE cases.id = ? ORDER BY plan.target, plan.repeat"
        return next(self._stored(query, (case_id,)), None)

    def case_by_digest(self, digest: str) -> StoredCase | None:
        """Give the first case with this content, None when there is none."""
        first = "SELECT min(seq) FROM cases WHERE digest = ?"
        for row in self._rows(first, (digest,)):
            query = self._cases + "WHERE cases.seq = ? ORDER BY plan.target, plan.repeat"
            return next(self._stored(query, row), None)
        return None

    def _stored(self, query: str, values: tuple[object, ...] = ()) -> Iterator[StoredCase]:
        rows = self._rows(query, values)
        with self._decoding():
            for number, group in groupby(rows, key=itemgetter(0)):
                asked = list(group)
                case = codec.case_of(asked[0][2])
                media = case.media
                yield StoredCase(
                    number=number,
                    case=case,
                    digest=asked[0][1],
                    answers=tuple([_answer(row, self.path) for row in asked]),
                    media_body=_BlobOf(self.path, media.sha256) if media else no_bytes,
                )

    def case_fingerprints(self) -> Iterator[tuple[str, str]]:
        """Give (id, fingerprint) of every case, in order."""
        with self._decoding():
            for (body,) in self._rows("SELECT body FROM cases ORDER BY seq"):
                case = codec.case_of(body)
                yield case.id, codec.case_fingerprint(case)

    def asks_anything(self) -> bool:
        """Whether any case expects something of its answers."""
        query = """
            SELECT EXISTS (SELECT 1 FROM cases
            WHERE json_extract(CAST(body AS TEXT), '$.expect') IS NOT NULL
               OR json_array_length(CAST(body AS TEXT), '$.checks') > 0)
        """
        ((found,),) = self._rows(query)
        return bool(found)

    def pass_shares(self) -> Iterator[tuple[str, str, str | None, int, int]]:
        """Give (target, case id, cluster, repeats passed, repeats answered) of answered cases;
        an answer that counts as missing is none.

        By target, then in the order of the plan; a fraction of the time that `cases` takes.
        """
        query = """
            SELECT plan.target, cases.id, json_extract(CAST(cases.body AS TEXT), '$.cluster'),
                   sum(record.state = 'passed'), count(*)
            FROM plan JOIN record ON record.seq = plan.seq JOIN cases ON cases.seq = plan.case_seq
            WHERE plan.repeat >= 0 AND record.state IN ('passed', 'failed')
              AND (instr(record.body, CAST('"uncounted":"' AS BLOB)) = 0
                   OR json_extract(CAST(record.body AS TEXT), '$.uncounted') IS NULL)
            GROUP BY plan.target, plan.case_seq ORDER BY plan.target, plan.case_seq
        """
        return self._rows(query)

    def case_digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest of inputs, parameters and expectation) of every case, in order."""
        return self._rows("SELECT id, digest FROM cases ORDER BY seq")

    def request(self, digest: str, target: str) -> bytes | None:
        """Give the body first sent to a target for a case of this content; None: nothing was.

        One that bundled several cases tells nothing of one of them, and is left out.
        """
        query = """
            SELECT request_sha256 FROM cases JOIN plan ON plan.case_seq = cases.seq
            JOIN exchange ON exchange.seq = plan.seq
            WHERE cases.digest = ? AND plan.target = ? AND plan.repeat >= 0 AND {batched} = 1
            ORDER BY plan.repeat LIMIT 1
        """
        for (sha256,) in self._rows(query.format(batched=self._batched), (digest, target)):
            return self.blob(sha256)
        return None

    def attempts(self) -> int:
        """Give how many requests were sent so far, warm-ups included, stored answers left out.

        Calls that travelled together have each attempt in common.
        """
        query = (
            "SELECT {batched}, sum(json_array_length(attempts)) FROM exchange "
            "WHERE transport != 'stored' GROUP BY 1"
        )
        rows = self._rows(query.format(batched=self._batched))
        return sum(-(-calls // batched) for batched, calls in rows)  # rounded up: a kill divides

    def spent_usd(self) -> float:
        """Give what the answers so far cost, US dollars, stored ones left out; unknown is 0."""
        query = (
            "SELECT coalesce(sum(json_extract(CAST(record.body AS TEXT), '$.usage.cost_usd')), 0) "
            "FROM record JOIN exchange USING (seq) WHERE transport != 'stored'"
        )
        return float(next(self._rows(query))[0])

    def transports(self) -> list[Json]:
        """Give who measured: `curl`, `requests`, `replay`; usually one."""
        query = "SELECT DISTINCT transport FROM exchange ORDER BY transport"
        return [name for (name,) in self._rows(query)]

    def events(self) -> Sequence[tuple[float, str, Any]]:
        """Give (time, kind, detail) of everything that happened to the run as a whole."""
        query = "SELECT at, kind, detail FROM event ORDER BY number"
        with self._decoding():
            return [(at, kind, codec.load(detail)) for at, kind, detail in self._rows(query)]

    def count(self, table: str) -> int:
        """Give the number of rows of a table, warm-ups included."""
        if table not in {"cases", "plan", "exchange", "record", "unsent"}:
            raise ValueError(table)
        ((count,),) = self._rows(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(count)

    def blob(self, sha256: str) -> bytes:
        """Give a body by its digest; raises StoreError when it is missing or was damaged."""
        query = "SELECT packed, body FROM blob WHERE sha256 = ?"
        for packed, stored in self._rows(query, (sha256,)):
            try:
                body: bytes = zlib.decompress(stored) if packed else stored
            except zlib.error:
                body = b""
            if sha256_hex(body) != sha256:
                raise StoreError(f"{self.path}: body {sha256} is damaged")
            return body
        raise StoreError(f"{self.path}: body {sha256} is missing")

    def _with_media(self, case: Case) -> Case:
        if case.media is None:
            return case
        return replace(case, media=replace(case.media, body=self.blob(case.media.sha256)))

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """Turn rows that are not what was written into a StoreError."""
        try:
            yield
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"{self.path}: is damaged: a row cannot be read: {error!r}") from error

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            # A loop, for `yield from` closes the cursor of a generator that is dropped: after its
            # connection, which is an error nobody can catch.
            for row in self._connection.execute(query, values):  # noqa: UP028
                yield row
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path}: cannot be read: {error}") from error


class _BlobOf(Noun, frozen=True):
    """Reads a blob when it is asked for."""

    path: Path
    sha256: str

    def __call__(self) -> bytes:
        with RunReader(self.path) as reader:
            return reader.blob(self.sha256)


class _BodyOf(Noun, frozen=True):
    """Reads the body of a call's answer when it is asked for."""

    path: Path
    seq: int

    def __call__(self) -> bytes:
        with RunReader(self.path) as reader:
            response = reader.exchange(self.seq)[1].response
            return response.body if response is not None else b""


def _answer(row: tuple[Any, ...], path: Path) -> StoredAnswer:
    (
        _number, _digest, _case, seq, target, repeat, first, record, cause, reason, fault,
        transport, attempts, url, moved, batched, answered_at, held_back,
    ) = row  # fmt: skip
    unsent = None
    if reason is not None:
        unsent = Unsent(seq=seq, cause=cause, reason=reason, fault=codec.fault_of(fault))
    return StoredAnswer(
        target=target,
        repeat=repeat,
        first_of_pair=bool(first),
        seq=seq,
        record=codec.record_of(record) if record else None,
        unsent=unsent,
        attempts=attempts or 0,
        is_replayed=transport == "replay",
        is_moved=bool(moved),
        batched=batched or 1,
        is_held_back=bool(held_back),
        url=url or "",
        answered_at=answered_at or 0.0,
        body=_BodyOf(path, seq) if transport is not None else no_bytes,
    )
