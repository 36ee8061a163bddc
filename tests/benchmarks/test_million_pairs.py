"""The study of many pairs compares what it says, in a process of its own."""

import sys
from pathlib import Path

from benchmarks.studies.million_pairs import compared_pairs


def test_every_run_is_told_with_its_cost(tmp_path: Path) -> None:
    runs = list(compared_pairs(Path(sys.executable), tmp_path / "pairs", runs=2, pairs=300))
    assert [run.number for run in runs] == [0, 1]
    for run in runs:
        assert run.pairs == 300
        assert run.taking_in_cpu_s > 0
        assert run.deciding_cpu_s > 0
        assert run.peak_bytes > 10_000_000
