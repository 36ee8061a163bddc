"""Says on what was measured."""

import os
import platform
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from statistics import median


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
    """Give the load averages that were seen, least, median and most."""
    ordered = sorted(loads)
    if not ordered:
        return "no load was seen"
    least, most = ordered[0], ordered[-1]
    return f"load average {median(ordered):.1f} ({least:.1f} to {most:.1f})"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
