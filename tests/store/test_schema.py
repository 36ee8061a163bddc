"""Where a run file cannot be made it is said why, and what to do: a full disk is told apart."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from harness.errors import StoreError
from harness.store import schema

FULL = SimpleNamespace(free=4096)
EMPTY = SimpleNamespace(free=1 << 40)


def of_sqlite(code: int, words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


def refuse(error: Exception) -> Any:
    def call(*_words: object, **_options: object) -> NoReturn:
        raise error

    return call


def words_of(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        schema.create(path)
    assert not path.exists()
    return str(caught.value).removeprefix(f"{path}: cannot be created: ")


@pytest.mark.parametrize(
    ("code", "words", "disk"),
    [
        (sqlite3.SQLITE_FULL, "database or disk is full", EMPTY),  # as with a quota
        (sqlite3.SQLITE_FULL, "database or disk is full", FULL),
        (sqlite3.SQLITE_IOERR_WRITE, "disk I/O error", FULL),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "disk I/O error", FULL),
        (sqlite3.SQLITE_CANTOPEN, "unable to open database file", FULL),
    ],
)
def test_a_full_disk_is_said_in_the_words_there_are_and_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str, disk: object
) -> None:
    monkeypatch.setattr(sqlite3, "connect", refuse(of_sqlite(code, words)))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    told = words_of(tmp_path / "run.sqlite")
    assert told == f"the disk is full ({words}); nothing was sent: make room"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_space_for_the_file_itself_is_a_full_disk_however_much_seems_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(Path, "open", refuse(OSError(number, os.strerror(number), "run.sqlite")))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: EMPTY)
    told = words_of(tmp_path / "run.sqlite")
    assert told == f"the disk is full ({os.strerror(number)}); nothing was sent: make room"


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("file", PermissionError(errno.EACCES, "Permission denied", "run.sqlite")),
        ("sqlite", of_sqlite(sqlite3.SQLITE_READONLY, "attempt to write a readonly database")),
        ("sqlite", of_sqlite(sqlite3.SQLITE_LOCKED, "database is locked")),
        ("sqlite", sqlite3.OperationalError("of no code at all")),
    ],
)
def test_another_reason_is_said_as_it_is_on_a_full_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, error: Exception
) -> None:
    if where == "file":
        monkeypatch.setattr(Path, "open", refuse(error))
    else:
        monkeypatch.setattr(sqlite3, "connect", refuse(error))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: FULL)
    assert words_of(tmp_path / "run.sqlite") == f"{error}; nothing was sent"


def test_a_disk_nobody_can_measure_is_not_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", refuse(of_sqlite(sqlite3.SQLITE_IOERR, "I/O error")))
    monkeypatch.setattr(shutil, "disk_usage", refuse(OSError("who knows")))
    assert words_of(tmp_path / "run.sqlite") == "I/O error; nothing was sent"
