"""The tables of a run file, and how one is opened."""

import errno
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import StoreError
from harness.jsonvalue import Json
from harness.store.migration import migrate

APPLICATION_ID = 0x72766774  # "rvgt"
SCHEMA = 2
PLANNED = "planned"
"""Header row that says the plan is whole, and how many calls it has."""
_CACHE_KIB = 512
"""Of pages that a connection keeps; what the system has of the file is as near as its own."""
_BUSY_MS = 30_000
"""Longest wait for others: some who read make the shared index of the log anew, and lock it."""
_LEAST_BYTES = 256 * 1024
"""Of room on a disk that is not full: an empty run file and its log take a third of that."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_TABLES = """
CREATE TABLE header (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cases (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX cases_by_digest ON cases (digest);
CREATE TABLE plan (
    seq INTEGER PRIMARY KEY,
    case_seq INTEGER NOT NULL REFERENCES cases (seq),
    target TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    first_of_pair INTEGER NOT NULL,
    UNIQUE (case_seq, target, repeat)
);
CREATE TABLE exchange (
    seq INTEGER PRIMARY KEY REFERENCES plan (seq),
    url TEXT NOT NULL,
    method TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    transport TEXT NOT NULL,
    attempts BLOB NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0,
    batched INTEGER NOT NULL DEFAULT 1,
    answered_at REAL NOT NULL DEFAULT 0
);
CREATE TABLE record (
    seq INTEGER PRIMARY KEY REFERENCES plan (seq), state TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE unsent (
    seq INTEGER PRIMARY KEY REFERENCES plan (seq), cause TEXT NOT NULL, reason TEXT NOT NULL,
    fault BLOB
);
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, packed INTEGER NOT NULL, body BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL,
    detail BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What a run was started with; everything needed to judge, compare and resume it."""

    run_id: str
    started_at: float
    """UTC, seconds since 1970."""
    suite: Mapping[str, Json]
    """The suite as `codec.suite_to_json` writes it."""
    environment: Mapping[str, Json]
    plugins: Mapping[str, str]
    """Versions by `kind:name`, of the plugins this suite uses."""
    selection: Mapping[str, Json] = field(default_factory=dict)
    """Filters and overrides from the command line."""


def create(path: Path) -> sqlite3.Connection:
    """Make an empty run file; raises StoreError when it exists or cannot be written."""
    marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA};"
    made = None
    try:
        made = path.open("xb")
        made.close()
        # Before WAL is on: a file whose process was killed early must be known as ours by its head.
        with closing(sqlite3.connect(path, isolation_level=None)) as plain:
            plain.executescript(f"BEGIN; {marks} {_TABLES} COMMIT;")
        return _connect(path, is_alone=True)
    except BaseException as error:
        if made is not None:  # it is ours, and nothing is in it yet
            made.close()
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise StoreError(f"{path}: exists already; it was left as it is") from error
        if isinstance(error, OSError | sqlite3.Error):
            why = f"{error}; nothing was sent"
            if _is_full(error, path.parent):
                words = getattr(error, "strerror", None) or error
                why = f"the disk is full ({words}); nothing was sent: make room"
            raise StoreError(f"{path}: cannot be created: {why}") from error
        raise


def _is_full(error: OSError | sqlite3.Error, folder: Path) -> bool:
    """Whether a file had no place in a folder: SQLite says that in several ways."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    said = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what it is more exactly
    if said not in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        return said == sqlite3.SQLITE_FULL
    try:
        return shutil.disk_usage(folder).free < _LEAST_BYTES
    except OSError:
        return False


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open an existing run file; raises StoreError for what is not one, or is damaged.

    One of an older schema is migrated, with a backup beside it.
    """
    with closing(open_for_reading(path)) as connection:
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            found = str(error)
        version = schema_of(connection)
    if found != "ok":
        raise StoreError(f"{path}: is damaged, and was left as it is: {found}")
    if version < SCHEMA:
        migrate(path, version, SCHEMA)
    return _opened(path, is_alone=True)


def join(path: Path) -> sqlite3.Connection:
    """Open a run file that another process of the same run has open; raises StoreError."""
    return _opened(path, is_alone=False)


def _opened(path: Path, *, is_alone: bool) -> sqlite3.Connection:
    try:
        return _connect(path, is_alone=is_alone)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened: {error}") from error


def schema_of(connection: sqlite3.Connection) -> int:
    """Give the schema a run file was written with; the file's head may lag behind its log."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open an existing run file read-only; raises StoreError for what is not one.

    The file is opened by SQLite alone, never beside it. Closing a file frees the locks its process
    holds on it (POSIX): a writer in this process would lose its own, and the next program that
    looks at the file would fold the log away under it, with all that is committed later.
    """
    try:
        is_there = path.is_file()
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error}") from error
    if not is_there:
        raise StoreError(f"{path}: no such run; `revgate list` shows the runs there are")
    connection = None
    try:
        try:
            connection = _read_only(path)
        except sqlite3.DatabaseError:
            connection = _read_only_at_last(path)
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        _refuse_others(path, application, schema_of(connection))
        return connection  # noqa: TRY300 - a Ctrl-C may meet this line too
    except BaseException:
        if connection is not None:
            connection.close()
        raise


def _read_only_at_last(path: Path) -> sqlite3.Connection:
    """Say what is wrong with a file that does not open, or mend it and open it."""
    _explain(path)
    try:
        if path.with_name(path.name + "-journal").exists():
            _undo_what_was_begun(path)
        return _read_only(path)
    except sqlite3.DatabaseError as error:
        _explain(path)
        raise StoreError(f"{path}: cannot be read: {error}") from error


def _refuse_others(path: Path, application: int, found: int) -> None:
    """Refuse a file that is not ours, or of a newer schema."""
    if application != APPLICATION_ID:
        raise StoreError(f"{path}: is not a run file of revgate; it was left as it is")
    if found > SCHEMA:
        raise StoreError(
            f"{path}: was written by a newer revgate (schema {found}, this one reads {SCHEMA}); "
            "it was left as it is: upgrade revgate"
        )


def _explain(path: Path) -> None:
    """Raise StoreError for a file that is cut, not a run file, or of a newer schema."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error}") from error
    is_sqlite = head[:16] == b"SQLite format 3\0"
    application = int.from_bytes(head[68:72], "big") if is_sqlite else 0
    _refuse_others(path, application, int.from_bytes(head[60:64], "big"))
    page_bytes = int.from_bytes(head[16:18], "big")
    stated = int.from_bytes(head[28:32], "big") * (65536 if page_bytes == 1 else page_bytes)
    has_log = path.with_name(path.name + "-wal").exists()
    if path.stat().st_size < stated and not has_log:
        raise StoreError(
            f"{path}: is cut short ({path.stat().st_size:,} of {stated:,} bytes); it was left as "
            "it is: copy it again"
        )


def _connect(path: Path, *, is_alone: bool) -> sqlite3.Connection:
    """Open for writing; who is alone folds the log again when a Ctrl-C comes in between."""
    connection = None
    try:
        # The writer thread owns the connection after it was opened.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        # Opens the log: only who has it open takes away what those who read leave of it.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        return connection  # noqa: TRY300 - a Ctrl-C may meet this line too
    except BaseException:
        if connection is not None:
            if is_alone:
                fold_log(connection)
            connection.close()
        raise


def fold_log(connection: sqlite3.Connection) -> None:
    """Make the file whole in itself: it can be copied alone, and read where nothing can be written.

    Does nothing while somebody else reads it: the log stays beside it then.
    """
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")


def _undo_what_was_begun(path: Path) -> None:
    """Let SQLite take back what a process was writing when it was killed.

    That is the switch to or from the log, no record: those go through the log. A connection that
    only reads may not do it, and refuses the file until it is done.
    """
    with suppress(sqlite3.OperationalError):  # not writable here: reading says what is wrong
        location = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(location, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _read_only(path: Path) -> sqlite3.Connection:
    location = f"{path.absolute().as_uri()}?mode=ro"
    found = None
    try:
        found = sqlite3.connect(location, uri=True, isolation_level=None, check_same_thread=False)
        found.execute("PRAGMA query_only = ON")
        found.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        found.execute("PRAGMA busy_timeout = 5000")
        found.execute("SELECT count(*) FROM header").fetchone()
        return found  # noqa: TRY300 - a Ctrl-C may meet this line too
    except BaseException:
        if found is not None:
            found.close()
        raise
