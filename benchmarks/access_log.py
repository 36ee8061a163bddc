"""Reads what the server logged about the requests of one contender."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.medians import percentile


@dataclass(frozen=True, slots=True)
class Served:
    """The requests of a contender as the server saw them."""

    calls: int
    phase_s: float | None
    """First arrival to last answer; None without requests."""
    p50_s: float | None
    p99_s: float | None


def served(lines: Iterable[str]) -> Served:
    """Read lines of `ended duration status`, in seconds; raises ValueError for any other line.

    Only answers of status 200 are calls.
    """
    first, last = float("inf"), 0.0
    durations = []
    for line in lines:
        ended_text, duration_text, status = line.split()
        if status != "200":
            continue
        ended, duration = float(ended_text), float(duration_text)
        first, last = min(first, ended - duration), max(last, ended)
        durations.append(duration)
    if not durations:
        return Served(0, None, None, None)
    durations.sort()
    return Served(
        len(durations), last - first, percentile(durations, 50), percentile(durations, 99)
    )
