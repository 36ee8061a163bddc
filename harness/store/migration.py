"""Brings a run file of an older schema to this one, with a backup beside it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

from harness.durable import give_name
from harness.errors import StoreError

ANSWERED_AT = (
    "json_extract(attempts, '$[#-1].at') "
    "+ coalesce(json_extract(attempts, '$[#-1].timings.total_s'), 0)"
)
"""When a call ended, of a schema 1 exchange: its last attempt's start and how long that took."""

_STEPS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        1: (
            "ALTER TABLE exchange ADD COLUMN moved INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE exchange ADD COLUMN batched INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE exchange ADD COLUMN answered_at REAL NOT NULL DEFAULT 0",
            f"UPDATE exchange SET answered_at = {ANSWERED_AT}",  # noqa: S608 - a constant
        ),
    }
)
"""Statements that lead from a schema to the next."""


def backup_of(path: Path, found: int) -> Path:
    """Give where a run file is copied to before it is migrated."""
    return path.with_name(f"{path.name}.schema-{found}.bak")


def migrate(path: Path, found: int, wanted: int) -> None:
    """Copy the file as it is to `backup_of` it, then bring it to `wanted` in one transaction.

    Raises StoreError when either is impossible; the file is then as it was.
    """
    backup = backup_of(path, found)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute("PRAGMA synchronous = FULL")
            # What was copied must be what is migrated: nobody writes in between.
            connection.execute("BEGIN IMMEDIATE")
            _copy(path, backup)
            for schema in range(found, wanted):
                for statement in _STEPS[schema]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {wanted}")
            connection.execute("COMMIT")
    except (OSError, KeyError, sqlite3.Error) as error:
        raise StoreError(
            f"{path}: is of schema {found} and cannot be brought to {wanted}: {error}; it was left "
            "as it is: reading it (`revgate show`, `revgate report`) needs no change"
        ) from error


def _copy(path: Path, backup: Path) -> None:
    """Write a copy that is whole in itself; one that was cut short never gets the name."""
    unfinished = backup.with_name(f"{backup.name}.part")
    location = f"{path.absolute().as_uri()}?mode=ro"
    try:
        unfinished.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(location, uri=True)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        give_name(unfinished, backup)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
