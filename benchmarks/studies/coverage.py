"""A/A runs: both targets are one server, so the ratio of their latencies is 1."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.revgate import QUIET, write_suite
from benchmarks.kept import Ratio
from benchmarks.rounds import Field
from benchmarks.work import Work

_GATES = """\
  - {metric: latency_p95, max_ratio: 1.15, level: warn}
"""


def intervals(
    field: Field, program: Path, *, runs: int, pairs: int, delay_ms: int
) -> Iterator[Ratio]:
    """Give the intervals of every run that is missing among what is kept."""
    kept = [line for line in field.kept.lines() if isinstance(line, Ratio)]
    there = {line.number for line in kept if line.delay_ms == delay_ms and line.pairs == pairs}
    work = Work(calls=2 * pairs, concurrency=32, delay_ms=delay_ms)
    for number in range(runs):
        if number in there:
            continue
        order = field.order("coverage", work)
        suite = write_suite(order, extra=f", seed: {number + 1}")
        with suite.open("a", encoding="utf-8") as file:
            file.write(_GATES)
        argv = (str(program), "run", suite.name, "--out", "run")
        measuring.run(argv, QUIET, order.folder)
        for gate in json.loads((order.folder / "run" / "result.json").read_text())["gates"]:
            if gate["metric"].startswith("latency_"):
                yield Ratio(
                    metric=gate["metric"],
                    delay_ms=delay_ms,
                    number=number,
                    low=gate["low"],
                    high=gate["high"],
                    pairs=pairs,
                )
