"""Forks processes that run the command, and kills them: `python -m tests.e2e.survival.nursery`.

Reads one JSON line a process from stdin, answers with one when it has ended. Everything heavy is
imported once, here, so that a life costs a fork and not a start; each is a process of its own.
Linux only: a pidfd names the process, so that no signal ever meets another one.
"""

import json
import os
import select
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from harness.cli import run
from harness.pipeline import calls
from harness.store.writer import RunWriter


def preload() -> None:
    """Import what a run needs, without starting a thread."""
    import jinja2  # noqa: F401
    import numpy as np  # noqa: F401
    import pycurl  # noqa: F401
    import scipy.special  # noqa: F401

    import harness.cli.run_verb
    import harness.cli.running  # noqa: F401
    from harness.registry import load_registry

    load_registry()


class Deaths:
    """Kills this process at its n-th point of no return: a commit, or a file that gets its name."""

    def __init__(self, at: int, moment: str) -> None:
        self._left, self._moment = at, moment

    def before(self) -> None:
        self._left -= 1
        self._die("before")

    def after(self) -> None:
        self._die("after")

    def _die(self, moment: str) -> None:
        if self._left == 0 and moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


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


def note_commits(path: str) -> None:
    """Write down, past any kill, which answers and judgements a commit has made durable."""
    notes = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    commit = RunWriter._commit

    def noting(self: RunWriter, group: list[tuple[str, tuple[object, ...]]]) -> None:
        commit(self, group)
        kinds = {"INSERT INTO exchange": "exchange", "INSERT OR REPLACE INTO record": "record"}
        lines = [
            f"{kind} {row[0]}\n"
            for statement, row in group
            for start, kind in kinds.items()
            if statement.startswith(start)
        ]
        os.write(notes, "".join(lines).encode())

    RunWriter._commit = noting  # type: ignore[method-assign]


def live(order: dict[str, Any]) -> int:
    """Be the child: run the command; give its exit code."""
    os.chdir(order["folder"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    note_commits(order["notes"])
    if order["judges_apart"]:
        calls.MANY_CALLS = 1
    if order["die_at"] is not None:
        die_at(Deaths(*order["die_at"]))
    return run(order["words"])


def main() -> None:
    preload()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = live(order)
            finally:
                os._exit(code)
        signals = 0
        process = os.pidfd_open(child)
        ended = select.poll()
        ended.register(process, select.POLLIN)
        after_s = order["signal_after_s"]
        if after_s is not None and not ended.poll(after_s * 1000):
            signal.pidfd_send_signal(process, order["signal"])
            signals = 1
        if not ended.poll(order["within_s"] * 1000):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            signals = -1
        os.close(process)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"code": code, "signals": signals}), flush=True)


if __name__ == "__main__":
    main()
