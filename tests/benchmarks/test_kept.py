"""Measurements that outlive the process that made them."""

import json
from pathlib import Path

import pytest

from benchmarks.kept import Commits, Kept, Line, Ratio, StartUp
from benchmarks.work import Shown
from tests.benchmarks.measured import measured, report_page, rival_page


def test_every_kind_of_line_is_read_as_it_was_kept(tmp_path: Path) -> None:
    lines: list[Line] = [
        measured("revgate", shown=Shown(p50_s=0.05, p99_s=None)),
        measured("lm-eval", together_bytes=500_000_000, looking_cpu_s=0.01),
        Ratio(metric="latency_p50", delay_ms=0, number=3, low=0.9, high=1.1, pairs=2_000),
        StartUp(number=0, cpu_s=0.08, wall_s=0.09),
        Commits(
            number=0,
            calls=1,
            calls_per_s=1.0,
            commits=1,
            commit_s=0.1,
            writer_cpu_s=0.1,
            phase_s=1.0,
        ),
        report_page(),
        rival_page(usable_s=None),
    ]
    kept = Kept(tmp_path / "cache" / "kept.jsonl")
    assert list(kept.lines()) == []
    for line in lines:
        kept.add(line)
    assert list(kept.lines()) == lines


def test_a_line_that_was_cut_is_named(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.jsonl")
    kept.add(StartUp(number=0, cpu_s=0.08, wall_s=0.09))
    with kept.path.open("a") as file:
        file.write('{"kind": "StartUp", "numb')
    with pytest.raises(ValueError, match=r"kept\.jsonl, line 2"):
        list(kept.lines())


def test_a_line_from_before_memory_was_added_up_is_read(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.jsonl")
    kept.add(measured("revgate"))
    told = json.loads(kept.path.read_text())
    del told["together_bytes"], told["looking_cpu_s"]
    kept.path.write_text(json.dumps(told) + "\n")
    assert list(kept.lines()) == [measured("revgate")]


def test_an_interval_covers_the_truth_up_to_its_ends() -> None:
    def ratio(low: float, high: float) -> Ratio:
        return Ratio(metric="latency_p50", delay_ms=0, number=0, low=low, high=high, pairs=10)

    assert ratio(1.0, 1.2).covers
    assert not ratio(1.01, 1.2).covers
    assert not ratio(0.8, 0.99).covers
