"""Runs suites over real servers, reads what came of it."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli import run
from tests.e2e.sides import result_of

ENDS = ("answered", "faults", "skipped", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A finished run."""

    folder: Path
    code: int
    result: dict[str, Any]

    def target(self, name: str) -> dict[str, Any]:
        """Give `result.json`'s lines on one side."""
        found: dict[str, Any] = self.result["targets"][name]
        return found

    def proofs(self) -> list[str]:
        """Give the proof level of each side, the baseline's first."""
        return [self.target(name)["proof"] for name in ("baseline", "candidate")]

    def counts(self, *names: str) -> list[int]:
        """Give some of the counts."""
        return [self.result["counts"][name] for name in names]

    def outcomes(self) -> dict[str, str]:
        """Give metric -> outcome of the gates over all cases."""
        return {g["metric"]: g["outcome"] for g in self.result["gates"] if g["slice"] is None}

    def rows(self, target: str) -> list[dict[str, str]]:
        """Give the lines of `cases.csv` on one side."""
        with (self.folder / "cases.csv").open(encoding="utf-8", newline="") as lines:
            return [row for row in csv.DictReader(lines) if row["target"] == target]

    def reasons(self, target: str) -> list[str]:
        """Give why calls of one side have no answer, one entry a fault."""
        return [row["reason"] for row in self.rows(target) if row["state"] == "fault"]


def run_suite(suite: str, folder: Path, *words: str, out: str = "out") -> Ran:
    """Write a suite into `folder`, run it there, hold its result to the exit code."""
    path = folder / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    code = run(["run", str(path), "--out", str(folder / out), "-q", *words])
    result = result_of(folder / out)
    counts = result["counts"]
    assert result["exit_code"] == code
    assert counts["planned"] == sum(counts[name] for name in ENDS)
    assert counts["answered"] == counts["passed"] + counts["failed"]
    return Ran(folder=folder / out, code=code, result=result)
