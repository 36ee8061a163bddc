"""Adds up the memory of a process's descendants, some times a second while they run."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_SHARE = 0.01
"""Of one core, that looking may take."""
_BEFOREHAND_S = 0.01
"""What it may take before that: short runs are looked at, too."""
_FIRST_PAUSE_S = 0.02
_USUAL_PAUSE_S = 0.1
_GROWTH = 1.005
"""Weighed again when this much more is resident than at the last time."""
_KIB = 1024
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(slots=True)
class Together:
    """The largest sum that was seen of all processes below one, which itself is not counted.

    A page that several processes share is counted once. Weighing them so takes the system
    milliseconds, as it goes through every page. What is resident costs
    next to nothing to ask: they are only weighed when that is more than it ever was of the same
    processes.
    """

    above: int
    """The process that started the one that is measured."""
    others: set[int]
    """Processes that are none of its descendants: those that ran before it, at least."""
    began_s: float = field(default_factory=time.perf_counter)
    peak_bytes: int | None = None
    """None where the system does not say, or nothing was there to look at."""
    looks: int = 0
    cpu_s: float = 0.0
    """What looking itself took."""
    _below: set[int] = field(default_factory=set)
    _were_below: frozenset[int] = frozenset()
    _weighed_at: int = 0
    """Resident bytes of these when they were weighed last, shared pages counted for each."""

    def look(self) -> float:
        """Look once; give the seconds until the next look is due."""
        began = time.thread_time()
        below = self._descendants()
        if below != self._were_below:  # copies share much of what is resident, others do not
            self._were_below, self._weighed_at = below, 0
        resident = sum(map(resident_bytes, below))
        if resident > self._weighed_at * _GROWTH and self._may_weigh():
            self._weighed_at = resident
            self.peak_bytes = max(self.peak_bytes or 0, weight(below)) or None
        self.cpu_s += time.thread_time() - began
        self.looks += 1
        return min(_FIRST_PAUSE_S * self.looks, _USUAL_PAUSE_S)

    def _may_weigh(self) -> bool:
        gone_s = time.perf_counter() - self.began_s
        return self.cpu_s <= _BEFOREHAND_S + MOST_SHARE * gone_s

    def _descendants(self) -> frozenset[int]:
        """Give those that lived at the last look; only new ones are asked who started them.

        One that has just begun may still share all memory of who started it, until it becomes a
        program of its own: both would be counted whole.
        """
        there = running()
        self._below &= there
        known = frozenset(self._below)
        self.others &= there
        new = {pid: parent_of(pid) for pid in there - self._below - self.others}
        while found := {pid for pid, parent in new.items() if self._is_in(parent)}:
            self._below |= found
            new = {pid: parent for pid, parent in new.items() if pid not in found}
        self.others |= new.keys()
        return known

    def _is_in(self, parent: int | None) -> bool:
        return parent == self.above or parent in self._below


def weight(pids: Iterable[int]) -> int:
    """Give the bytes that processes keep in memory, pages they share counted once.

    The sum of everybody's part (PSS) leaves out what others on the machine share with them, such
    as the libraries of another Python. What is one's own, added up, with the shared pages of who
    has most of them, leaves out what only the rest share. Neither is too much: the larger holds.
    """
    parts, own, most_shared = 0, 0, 0
    for pid in pids:
        told = _sizes(_told(pid, "smaps_rollup"))
        private = told.get(b"Private_Clean", 0) + told.get(b"Private_Dirty", 0)
        parts += told.get(b"Pss", 0)
        own += private
        most_shared = max(most_shared, told.get(b"Rss", 0) - private)
    return max(parts, own + most_shared)


def _sizes(told: bytes) -> dict[bytes, int]:
    """Read lines of `Name:   123 kB`, in bytes; the first line is none."""
    lines = (line.split() for line in told.splitlines()[1:])
    return {words[0].rstrip(b":"): int(words[1]) * _KIB for words in lines}


def resident_bytes(pid: int) -> int:
    """Give what a process has in memory, shared pages as if they were its own; 0: it is gone."""
    told = _told(pid, "statm").split()
    return int(told[1]) * _PAGE_BYTES if told else 0


def parent_of(pid: int) -> int | None:
    """Give who started a process; None: it is gone."""
    told = _told(pid, "stat").rpartition(b")")[2].split()
    return int(told[1]) if told else None


def running() -> set[int]:
    """Give every process there is; none where the system does not say."""
    try:
        return {int(name) for name in os.listdir("/proc") if name.isdecimal()}  # noqa: PTH208
    except OSError:
        return set()


def _told(pid: int, what: str) -> bytes:
    try:
        with open(f"/proc/{pid}/{what}", "rb", buffering=0) as file:  # noqa: PTH123 - asked often
            return file.read()
    except OSError:  # it has ended
        return b""
