"""What a process cost."""

import sys
from pathlib import Path

import pytest

from benchmarks.measuring import run


def test_memory_and_time_are_the_childs_own(tmp_path: Path) -> None:
    burdened = bytearray(120_000_000)  # of this process: no child may be charged with it
    small = run((sys.executable, "-I", "-S", "-c", "pass"), {}, tmp_path)
    large = run((sys.executable, "-I", "-S", "-c", "len(bytearray(60_000_000))"), {}, tmp_path)
    assert len(burdened) > small.peak_bytes
    assert large.peak_bytes - small.peak_bytes > 40_000_000
    assert small.cpu_s > 0
    assert small.exit_code == 0


def test_children_are_counted_in(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys;"
        "subprocess.run([sys.executable, '-I', '-S', '-c', 'len(bytearray(90_000_000))'])"
    )
    assert run((sys.executable, "-I", "-c", code), {}, tmp_path).peak_bytes > 90_000_000


def test_output_environment_and_exit_code_are_kept(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['WORD']); sys.exit(7)"
    cost = run((sys.executable, "-I", "-c", code), {"WORD": "heard"}, tmp_path)
    assert cost.exit_code == 7
    assert (tmp_path / "output.txt").read_text() == "heard\n"


def test_a_process_that_never_ends_is_killed(tmp_path: Path) -> None:
    code = "import signal; signal.pause()"
    assert run((sys.executable, "-I", "-c", code), {}, tmp_path, most_s=0.3).exit_code == -9


def test_what_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-program"):
        run((str(tmp_path / "no-such-program"),), {}, tmp_path)
