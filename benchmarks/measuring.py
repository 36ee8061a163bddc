"""Runs one process and says what it cost."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.together import Together, running

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
    together_bytes: int | None = None
    """The largest sum of all processes' memory that was seen; None: nobody looked."""
    looking_cpu_s: float = 0.0
    """What looking at it took, in the process that looked."""


def run(
    argv: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Path,
    most_s: float = _MOST_S,
    *,
    adds_up: bool = False,
) -> Cost:
    """Start a process in `folder`, its output into `output.txt` there, and wait for its end.

    One that takes longer than `most_s` seconds is killed; its exit code is negative then. Where
    `adds_up`, the memory of all its processes is added up while they run.
    Raises OSError when it cannot be started.
    """
    told = folder / "cost.json"
    others = running()
    launch = [sys.executable, "-I", "-S", str(_LAUNCH), str(told), str(most_s), *argv]
    with (folder / "output.txt").open("wb") as output:
        launched = subprocess.Popen(
            launch,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        together = Together(launched.pid, others)
        _wait(launched, together if adds_up else None)
    if not told.exists():
        raise OSError(f"{argv[0]} was not started: {_end_of(folder / 'output.txt')}")
    return Cost(
        **json.loads(told.read_text()),
        together_bytes=together.peak_bytes,
        looking_cpu_s=together.cpu_s,
    )


def _wait(launched: "subprocess.Popen[bytes]", together: Together | None) -> None:
    """Wait for the end, looking at memory meanwhile; who interrupts ends it."""
    with launched:
        try:
            while together is not None and launched.poll() is None:
                time.sleep(together.look())
            launched.wait()
        except BaseException:
            launched.kill()
            raise


def _end_of(output: Path) -> str:
    lines = output.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"
