"""How much of a run is spent making answers durable, at a steady rate of calls."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.revgate import QUIET, write_suite
from benchmarks.kept import Commits
from benchmarks.rounds import Field
from benchmarks.work import Work

RATE = 4000
"""Calls per second over both targets."""
_TIMED = Path(__file__).with_name("timed")


def commits(field: Field, program: Path, *, runs: int, calls: int) -> Iterator[Commits]:
    """Measure runs of that many calls, by the revgate named."""
    work = Work(calls=calls, concurrency=64)
    for number in range(runs):
        order = field.order("commits", work)
        suite = write_suite(order, extra=f", rate: {RATE // 2}")
        told = order.folder / "told"
        told.mkdir()
        field.service.since_last()
        argv = (str(program), "run", suite.name, "--out", "run")
        environ = {**QUIET, "PYTHONPATH": str(_TIMED), "TIMED_COMMITS": str(told)}
        measuring.run(argv, environ, order.folder)
        served = field.service.since_last()
        if served.phase_s is not None and (times := added(told)):
            yield Commits(
                number=number,
                calls=served.calls,
                calls_per_s=served.calls / served.phase_s,
                phase_s=served.phase_s,
                commits=int(times["commits"]),
                commit_s=times["commit_s"],
                writer_cpu_s=times["writer_cpu_s"],
            )


def added(told: Path) -> dict[str, float]:
    """Give the sums over all processes that told theirs, the one that stores and judges among them.

    Empty when none did.
    """
    total: Counter[str] = Counter()
    for file in told.glob("*.json"):
        total.update(json.loads(file.read_text()))
    return dict(total)
