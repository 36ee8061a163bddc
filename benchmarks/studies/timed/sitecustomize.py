"""Times every statement that writes to a run file, in any process of a run.

Python imports this by its name before anything else, in every process that has this folder in
PYTHONPATH. The sums of a process go to the folder TIMED_COMMITS names, as JSON, at every commit: a
process may be killed at its end. Only connections with a transaction count: readers have none.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = {"commits": 0, "commit_s": 0.0, "writer_cpu_s": 0.0}


class TimedConnection(sqlite3.Connection):
    """A connection that adds up what its statements take."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute and add up."""
        return self._timed(super().execute, sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute and add up."""
        return self._timed(super().executemany, sql, *parameters)

    def _timed(
        self, execute: Callable[..., sqlite3.Cursor], sql: str, *parameters: Any
    ) -> sqlite3.Cursor:
        if not (self.in_transaction or sql.startswith("BEGIN")):
            return execute(sql, *parameters)
        cpu, wall = time.thread_time(), time.perf_counter()
        cursor = execute(sql, *parameters)
        TIMES["writer_cpu_s"] += time.thread_time() - cpu
        if sql == "COMMIT":
            TIMES["commits"] += 1
            TIMES["commit_s"] += time.perf_counter() - wall
            told = Path(os.environ["TIMED_COMMITS"]) / f"{os.getpid()}.json"
            told.write_text(json.dumps(TIMES))
        return cursor


_CONNECT = sqlite3.connect


def connect(*given: Any, **named: Any) -> sqlite3.Connection:
    """Open a timed connection in place of a plain one."""
    opened: sqlite3.Connection = _CONNECT(*given, **{"factory": TimedConnection, **named})
    return opened


if "TIMED_COMMITS" in os.environ:
    sqlite3.connect = connect  # type: ignore[assignment]
