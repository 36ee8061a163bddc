"""How much of a run is spent making answers durable, at a steady rate of calls."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.revgate import QUIET, write_suite
from benchmarks.kept import Commits
from benchmarks.rounds import Field
from benchmarks.work import Work

RATE = 4000
"""Calls per second over both targets."""


def commits(field: Field, python: Path, *, runs: int, calls: int) -> Iterator[Commits]:
    """Measure runs of that many calls; `python` is the interpreter revgate is installed for."""
    work = Work(calls=calls, concurrency=64)
    program = Path(__file__).with_name("timed_commits.py")
    for number in range(runs):
        order = field.order("commits", work)
        suite = write_suite(order, extra=f", rate: {RATE // 2}")
        told = order.folder / "told.json"
        field.service.since_last()
        argv = (str(python), str(program), str(told), "run", suite.name, "--out", "run")
        measuring.run(argv, QUIET, order.folder)
        served = field.service.since_last()
        if served.phase_s is not None and told.exists():
            yield Commits(
                number=number,
                calls=served.calls,
                calls_per_s=served.calls / served.phase_s,
                phase_s=served.phase_s,
                **json.loads(told.read_text()),
            )
