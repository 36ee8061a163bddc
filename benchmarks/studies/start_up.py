"""What it costs to start revgate and let it say its version."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.revgate import QUIET
from benchmarks.kept import StartUp


def start_ups(program: Path, folder: Path, *, runs: int) -> Iterator[StartUp]:
    """Start it that many times; the first, which finds no file in memory, is left out."""
    folder.mkdir(exist_ok=True)
    for number in range(-1, runs):
        cost = measuring.run((str(program), "--version"), QUIET, folder)
        if number >= 0:
            yield StartUp(number=number, cpu_s=cost.cpu_s, wall_s=cost.wall_s)
