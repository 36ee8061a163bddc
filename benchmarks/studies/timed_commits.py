"""Runs revgate with every statement of its run file timed: timed_commits.py TOLD ARGUMENTS...

The times go to the file TOLD as JSON. Only connections with a transaction count: readers have none.
"""

import atexit
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from harness.cli import main

TIMES = {"commits": 0, "commit_s": 0.0, "writer_cpu_s": 0.0}


class TimedConnection(sqlite3.Connection):
    """A connection that adds up what its statements take."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute and add up."""
        if not (self.in_transaction or sql.startswith("BEGIN")):
            return super().execute(sql, *parameters)
        cpu, wall = time.thread_time(), time.perf_counter()
        try:
            return super().execute(sql, *parameters)
        finally:
            TIMES["writer_cpu_s"] += time.thread_time() - cpu
            if sql == "COMMIT":
                TIMES["commits"] += 1
                TIMES["commit_s"] += time.perf_counter() - wall


def timed(told: Path, arguments: list[str]) -> None:
    """Run with timed connections in place of plain ones."""
    plain = sqlite3.connect
    sqlite3.connect = lambda *given, **named: plain(*given, **{"factory": TimedConnection, **named})
    atexit.register(lambda: told.write_text(json.dumps(TIMES)))
    sys.argv = ["revgate", *arguments]
    main()


if __name__ == "__main__":
    timed(Path(sys.argv[1]), sys.argv[2:])
