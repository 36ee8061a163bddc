"""Shown by 7: the command starts fast and imports what it needs.

The seconds themselves are measured by `benchmarks/`: here they would say how busy a machine is.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.starter import STARTER_SUITE

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


def times_a_bare_start(*words: str, cwd: Path) -> float:
    """Give how many times the CPU time of an interpreter the command takes.

    The least of ten runs each, with compiled modules at hand: noise only adds. The ratio says the
    same on a slow machine as on a fast one; limits leave half as much again for a busy one.
    """
    command = [sys.executable, "-m", "harness", *words]
    bare = [sys.executable, "-c", "pass"]
    both = [(cpu_s(command, cwd=cwd), cpu_s(bare, cwd=cwd)) for _ in range(10)]
    least, least_bare = (min(found) for found in zip(*both, strict=True))
    return least / least_bare


def cpu_s(command: list[str], *, cwd: Path) -> float:
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(cwd / "compiled")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environ, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_version_takes_the_cpu_time_of_8_bare_starts(tmp_path: Path) -> None:
    assert times_a_bare_start("--version", cwd=tmp_path) < 8


def test_help_takes_the_cpu_time_of_15_bare_starts(tmp_path: Path) -> None:
    assert times_a_bare_start("--help", cwd=tmp_path) < 15


def test_check_of_a_small_suite_takes_the_cpu_time_of_50_bare_starts(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(STARTER_SUITE)
    assert times_a_bare_start("check", "suite.yaml", cwd=tmp_path) < 50
