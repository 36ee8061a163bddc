"""Shown by 7: the command starts fast and imports what it needs."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.starter import STARTER_SUITE

HEAVY = ("scipy", "numpy", "rich", "jinja2", "requests", "responses", "pydantic")
pytestmark = [pytest.mark.e2e, pytest.mark.alone]


def cpu_s(*words: str, cwd: Path) -> float:
    """Give the least CPU time of six runs with compiled modules at hand: noise only adds."""
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(cwd / "compiled")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    found = []
    for _ in range(6):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "harness", *words]
        subprocess.run(command, cwd=cwd, env=environ, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def test_help_takes_under_150_ms_of_cpu(tmp_path: Path) -> None:
    assert cpu_s("--help", cwd=tmp_path) < 0.15


def test_check_of_a_small_suite_takes_under_400_ms_of_cpu(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(STARTER_SUITE)
    assert cpu_s("check", "suite.yaml", cwd=tmp_path) < 0.4
