"""Runs one process and says what it cost."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MOST_S = 1800.0
_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost, the children it waited for included."""

    wall_s: float
    cpu_s: float
    """User and system."""
    peak_bytes: int
    """Resident memory of the largest of these processes."""
    exit_code: int


def run(
    argv: tuple[str, ...], environment: Mapping[str, str], folder: Path, most_s: float = _MOST_S
) -> Cost:
    """Start a process in `folder`, its output into `output.txt` there, and wait for its end.

    One that takes longer than `most_s` seconds is killed; its exit code is negative then.
    Raises OSError when it cannot be started.
    """
    told = folder / "cost.json"
    launch = [sys.executable, "-I", "-S", str(_LAUNCH), str(told), str(most_s), *argv]
    with (folder / "output.txt").open("wb") as output:
        subprocess.run(
            launch,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if not told.exists():
        raise OSError(f"{argv[0]} was not started: {_end_of(folder / 'output.txt')}")
    return Cost(**json.loads(told.read_text()))


def _end_of(output: Path) -> str:
    lines = output.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"
