"""Notes, past any kill, what a process has made durable, and ends it at its n-th commit.

Imported by the process that calls and by the one that judges; it stands in for no code of theirs.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from harness.judging import RoomApart, Sign
from harness.store.writer import RunWriter

KINDS = {"INSERT OR IGNORE INTO exchange": "exchange", "INSERT OR REPLACE INTO record": "record"}
"""What is noted of a commit, by the start of its statements."""


class Deaths:
    """Kills at the n-th point of no return: a commit, or a file that gets its name."""

    def __init__(self, at: int, moment: str, kill: Callable[[], None]) -> None:
        self._left, self._moment, self._kill = at, moment, kill

    def before(self) -> None:
        self._left -= 1
        self._die("before")

    def after(self) -> None:
        self._die("after")

    def _die(self, moment: str) -> None:
        if self._left == 0 and moment == self._moment:
            self._kill()


def kill_one(number: int) -> None:
    """End this process as `kill -9` does, if it is that one and no copy of it."""
    if os.getpid() == number:
        os.kill(number, signal.SIGKILL)


def die_at(deaths: Deaths) -> None:
    """Count every COMMIT of every connection and every rename."""
    connect, replace = sqlite3.connect, Path.replace

    class Dying(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
            if not sql.startswith("COMMIT"):
                return super().execute(sql, *more)
            deaths.before()
            cursor = super().execute(sql, *more)
            deaths.after()
            return cursor

        def executescript(self, sql: str) -> sqlite3.Cursor:
            deaths.before()
            cursor = super().executescript(sql)
            deaths.after()
            return cursor

    def counted(self: Path, target: Path) -> Path:
        deaths.before()
        moved = replace(self, target)
        deaths.after()
        return moved

    sqlite3.connect = lambda *a, **k: connect(*a, **({"factory": Dying} | k))  # type: ignore[assignment]
    Path.replace = counted  # type: ignore[method-assign, assignment]


class Notes:
    """An append-only file of lines `KIND SEQ`; what was written survives a kill."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, lines: Iterable[str]) -> None:
        os.write(self._file, "".join(f"{line}\n" for line in lines).encode())


def note_commits(notes: Notes) -> None:
    """Write down which answers and judgements a commit of this process has made durable."""
    commit = RunWriter._commit

    def noting(self: RunWriter, group: list[tuple[str, tuple[object, ...]]]) -> None:
        commit(self, group)
        notes.write(
            f"{kind} {row[0]}"
            for statement, row in group
            for start, kind in KINDS.items()
            if statement.startswith(start)
        )

    RunWriter._commit = noting  # type: ignore[method-assign]


def note_acknowledged(notes: Notes) -> None:
    """Write down which calls the process that judges has said are saved."""
    hear = RoomApart._hear

    def noting(self: RoomApart, sign: Sign) -> None:
        told = [exchange.seq for exchange, _ in self._judged]
        told += [exchange.seq for _, exchange in self._away]
        hear(self, sign)
        notes.write(f"told {seq}" for seq in told[: sign.saved])

    RoomApart._hear = noting  # type: ignore[method-assign]
