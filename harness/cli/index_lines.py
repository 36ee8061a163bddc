"""The index of several suites on the terminal."""

import os
from collections.abc import Iterator
from pathlib import Path

from harness.cli.screen import table
from harness.data.index import Index, IndexedRun
from harness.emit import one_line
from harness.units import format_share, plural

HERE = Path()
_HEADS = ("suite", "verdict", "passed", "gates", "regressed", "fixed", "faults", "report")


def index_lines(index: Index, above: Path = HERE) -> Iterator[str]:
    """Give a row a suite, and what keeps one from a verdict; `above` is the index's folder."""
    passed = sum(run.exit_code == 0 for run in index.runs)
    yield ""
    yield f"{plural(len(index.runs), 'suite')}, {passed} passed"
    yield table([_HEADS, *(_row(run, above) for run in index.runs)])
    for run in index.runs:
        if run.problem:
            yield f"  ! {run.suite}: {one_line(run.problem, 300)}"


def _row(run: IndexedRun, above: Path) -> tuple[str, ...]:
    if run.verdict is None:
        return (run.suite, "—", "—", "—", "—", "—", "—", "—")
    gates = [gate for gate in run.verdict.gates if gate.level == "error"]
    met = sum(gate.outcome == "pass" for gate in gates)
    return (
        run.suite,
        run.verdict.outcome.upper(),
        " → ".join(format_share(target.pass_rate) for target in run.targets),
        f"{met} of {len(gates)}",
        f"{run.regressed:,}",
        f"{run.fixed:,}",
        f"{run.counts.faults:,}",
        one_line(os.path.normpath(above / run.folder / "report.html"), 300),
    )
