"""Says on what was measured."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.work import Measurement


def machine() -> str:
    """Give processor, cores, memory and system in a line."""
    cores = len(os.sched_getaffinity(0))
    release = platform.release().partition("-")[0]  # what follows is the builder's own
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{_processor()}, {cores} cores, {total:.0f} GB, {platform.system()} "
        f"{release}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def load_line(loads: Iterable[float]) -> str:
    """Give the load averages that were seen: the median, then least and most."""
    ordered = sorted(loads)
    if not ordered:
        return "no load was seen"
    least, most = ordered[0], ordered[-1]
    return f"load average {median(ordered):.1f} ({least:.1f} to {most:.1f})"


def looking_line(measured: Sequence[Measurement]) -> str:
    """Give how much of one core it took to add memory up: the median, then least and most.

    What nobody looked at does not count.
    """
    shares = sorted(m.looking_cpu_s / m.wall_s for m in measured if m.looking_cpu_s and m.wall_s)
    if not shares:
        return "nobody looked"
    return f"took {median(shares):.1%} of one core ({shares[0]:.1%} to {shares[-1]:.1%})"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
