"""Commits are counted in every process of a run, whatever its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.studies.commits import _TIMED, added

_COMMITS = """
import os, signal, sqlite3
run = sqlite3.connect("run.sqlite", isolation_level=None)
run.execute("CREATE TABLE IF NOT EXISTS t (n)")
for number in range(3):
    run.execute("BEGIN IMMEDIATE")
    run.executemany("INSERT INTO t VALUES (?)", [(number,)] * 5)
    run.execute("COMMIT")
os.kill(os.getpid(), signal.SIGKILL)
"""
_READS = """
import sqlite3
print(sqlite3.connect("run.sqlite").execute("SELECT count(*) FROM t").fetchone()[0])
"""


def ran(code: str, folder: Path, told: Path) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "PYTHONPATH": str(_TIMED), "TIMED_COMMITS": str(told)}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=folder, env=environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_processes_that_are_killed_have_told_their_commits(tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.mkdir()
    assert added(told) == {}
    for _ in range(2):
        assert ran(_COMMITS, tmp_path, told).returncode == -signal.SIGKILL
    times = added(told)
    assert times["commits"] == 6
    assert times["commit_s"] > 0
    assert times["writer_cpu_s"] > 0
    read = ran(_READS, tmp_path, told)
    assert read.stdout == "30\n"
    assert added(told) == times
