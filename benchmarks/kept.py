"""Keeps what was measured, a JSON line each, so that a stopped benchmark goes on where it was."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.work import Measurement, Shown, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One A/A run: the interval of a latency ratio whose truth is 1."""

    metric: str
    delay_ms: int
    number: int
    low: float
    high: float
    pairs: int

    @property
    def covers(self) -> bool:
        """Whether it holds the truth."""
        return self.low <= 1.0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class StartUp:
    """One `revgate --version`."""

    number: int
    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """One run whose commits were timed."""

    number: int
    calls: int
    calls_per_s: float
    commits: int
    commit_s: float
    """Wall time inside COMMIT, the thread that writes only."""
    writer_cpu_s: float
    """CPU of all statements of the run's file, that thread only."""
    phase_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One report of many cases, written by a process of its own and opened in Chromium."""

    number: int
    cases: int
    embed: str
    making_cpu_s: float
    """Processor time of making the cases up, which is in no other figure but `write_wall_s`."""
    write_cpu_s: float
    write_wall_s: float
    page_bytes: float
    all_bytes: float
    before_bytes: float
    """Peak memory before anything was written: the cases' numbers are in it."""
    peak_bytes: float
    usable_s: float
    """From the start of loading to the first rows."""
    filter_s: float
    """The slowest of several filters."""
    open_s: float
    """The median of a dozen cases."""
    heap_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalPage:
    """Another program's page of the same cases, with all texts."""

    program: str
    cases: int
    write_cpu_s: float
    """Beyond what starting the program takes, as `write_wall_s`."""
    write_wall_s: float
    page_bytes: int
    before_bytes: int
    """Peak memory of the program when it only starts."""
    peak_bytes: int
    exit_code: int
    usable_s: float | None
    """From the start of loading until it had loaded; None: the browser gave up, or no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """One comparison of many made-up pairs of records, in a process of its own."""

    number: int
    pairs: int
    taking_in_cpu_s: float
    """Making the records up, pairing and comparing them, one after the other."""
    deciding_cpu_s: float
    """All that follows the last of them: intervals, slices, gates, verdict."""
    deciding_wall_s: float
    peak_bytes: int


Line = Measurement | Ratio | StartUp | Commits | ReportPage | RivalPage | Pairs
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (Measurement, Ratio, StartUp, Commits, ReportPage, RivalPage, Pairs)
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of lines."""

    path: Path

    def add(self, line: Line) -> None:
        """Keep one more."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": type(line).__name__, **asdict(line)}) + "\n")

    def lines(self) -> Iterator[Line]:
        """Read all, oldest first; raises ValueError with the number of a line that is not one."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                try:
                    yield line_of(json.loads(text))
                except (ValueError, TypeError, KeyError) as error:
                    raise ValueError(f"{self.path}, line {number}: {error!r}") from error


def line_of(given: dict[str, Any]) -> Line:
    """Read what `Kept.add` wrote."""
    kind = _KINDS[given.pop("kind")]
    if kind is Measurement:
        given["work"] = Work(**given["work"])
        given["shown"] = Shown(**given["shown"]) if given["shown"] else None
    line: Line = kind(**given)
    return line
