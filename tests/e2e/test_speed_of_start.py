"""Shown by 7: the command starts fast and imports what it needs."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.starter import STARTER_SUITE

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


def times_a_bare_start(*words: str, cwd: Path) -> tuple[float, float]:
    """Give the CPU time of the command, and how many times that of an interpreter it is.

    The least of twenty runs each, with compiled modules at hand: noise only adds. The ratio says
    the same on a slow machine as on a fast one.
    """
    command = [sys.executable, "-m", "harness", *words]
    bare = [sys.executable, "-c", "pass"]
    both = [(cpu_s(command, cwd=cwd), cpu_s(bare, cwd=cwd)) for _ in range(20)]
    least, least_bare = (min(found) for found in zip(*both, strict=True))
    return least, least / least_bare


def cpu_s(command: list[str], *, cwd: Path) -> float:
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(cwd / "compiled")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environ, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_version_takes_under_100_ms_of_cpu_and_6_bare_starts(tmp_path: Path) -> None:
    seconds, ratio = times_a_bare_start("--version", cwd=tmp_path)
    assert seconds < 0.1
    assert ratio < 6


def test_help_takes_under_150_ms_of_cpu_and_11_bare_starts(tmp_path: Path) -> None:
    seconds, ratio = times_a_bare_start("--help", cwd=tmp_path)
    assert seconds < 0.15
    assert ratio < 11


def test_check_of_a_small_suite_takes_under_400_ms_of_cpu_and_38_bare_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "suite.yaml").write_text(STARTER_SUITE)
    seconds, ratio = times_a_bare_start("check", "suite.yaml", cwd=tmp_path)
    assert seconds < 0.4
    assert ratio < 38
