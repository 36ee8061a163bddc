"""Measures a cell: round by round, everybody in turn."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import measuring
from benchmarks.cells import Cell
from benchmarks.kept import Kept
from benchmarks.serving import Service
from benchmarks.work import Contender, Measurement, Order, Shown, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where contenders meet."""

    service: Service
    contenders: Mapping[str, Contender]
    """Those that are installed."""
    scratch: Path
    kept: Kept

    def measure(self, cell: Cell) -> None:
        """Measure what is missing of a cell."""
        there = {
            (line.contender, line.work, line.round)
            for line in self.kept.lines()
            if isinstance(line, Measurement)
        }
        for number in range(cell.most_rounds):
            for name in cell.turns(number):
                contender = self.contenders.get(name)
                if contender is None or (name, cell.work, number) in there:
                    continue
                if cell.work.has_tls and not contender.takes_tls():
                    continue
                measurement = self.once(contender, cell.work, number, adds_up=cell.adds_up)
                self.kept.add(measurement)
                print(_told(measurement), flush=True)

    def order(self, name: str, work: Work) -> Order:
        """Give an order with an empty folder."""
        folder = self.scratch / name.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        origin = self.service.origin(work.delay_ms, has_tls=work.has_tls)
        return Order(work=work, origin=origin, ca_file=self.service.ca_file, folder=folder)

    def once(
        self, contender: Contender, work: Work, number: int, *, adds_up: bool = False
    ) -> Measurement:
        """Let one contender do the work; look at its memory meanwhile where that `adds_up`."""
        order = self.order(contender.name, work)
        command = contender.command(order)
        self.service.since_last()
        cost = measuring.run(command.argv, command.environment, order.folder, adds_up=adds_up)
        served = self.service.since_last()
        return Measurement(
            contender=contender.name,
            work=work,
            round=number,
            wall_s=cost.wall_s,
            cpu_s=cost.cpu_s,
            peak_bytes=cost.peak_bytes,
            exit_code=cost.exit_code,
            served=served.calls,
            phase_s=served.phase_s,
            served_p50_s=served.p50_s,
            served_p99_s=served.p99_s,
            shown=_shown(contender, order.folder),
            load=os.getloadavg()[0],
            together_bytes=cost.together_bytes,
            looking_cpu_s=cost.looking_cpu_s,
        )


def _shown(contender: Contender, folder: Path) -> Shown | None:
    """Read what was shown; a program that failed shows nothing."""
    try:
        return contender.shown(folder)
    except (OSError, ValueError, LookupError, TypeError, subprocess.CalledProcessError):
        return None


def _told(measured: Measurement) -> str:
    shown = measured.shown
    p50 = f", p50 shown {shown.p50_s * 1000:.1f} ms" if shown is not None else ""
    wrong = "" if measured.is_sound else f" (exit {measured.exit_code}, {measured.served} served)"
    together = measured.together_bytes
    memory = f"{measured.peak_bytes / 1e6:.0f} MB"
    if together is not None:
        memory = f"{together / 1e6:.0f} MB together, the largest process {memory}"
    return (
        f"{measured.work.name} | round {measured.round + 1} | {measured.contender}: "
        f"{measured.wall_s:.2f} s, CPU {measured.cpu_s:.2f} s, "
        f"{memory}{p50}{wrong} | load {measured.load:.1f}"
    )
