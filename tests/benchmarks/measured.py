"""Measurements to test with."""

from typing import Any

from benchmarks.kept import ReportPage, RivalPage
from benchmarks.work import Measurement, Shown, Work

CALLS = Work(calls=4_000, concurrency=32)
MANY = Work(calls=20_000, concurrency=32)


def measured(
    contender: str,
    work: Work = CALLS,
    *,
    number: int = 0,
    wall_s: float = 2.0,
    phase_s: float = 1.0,
    peak_bytes: int = 100_000_000,
    exit_code: int = 0,
    served: int | None = None,
    shown: Shown | None = None,
    together_bytes: int | None = None,
    looking_cpu_s: float = 0.0,
) -> Measurement:
    """Give a measurement, sound unless told otherwise."""
    return Measurement(
        contender=contender,
        work=work,
        round=number,
        wall_s=wall_s,
        cpu_s=1.0,
        peak_bytes=peak_bytes,
        exit_code=exit_code,
        served=work.calls if served is None else served,
        phase_s=phase_s,
        served_p50_s=0.05,
        served_p99_s=0.06,
        shown=shown,
        load=1.0,
        together_bytes=together_bytes,
        looking_cpu_s=looking_cpu_s,
    )


def report_page(cases: int = 10_000, **figures: Any) -> ReportPage:
    """Give a report of ours, small and fast unless told otherwise."""
    usual = {
        "number": 0, "embed": "all", "making_cpu_s": 0.5, "write_cpu_s": 1.2, "write_wall_s": 2.0,
        "page_bytes": 2.3e6, "all_bytes": 2.3e6, "before_bytes": 2.6e7, "peak_bytes": 6.0e7,
        "usable_s": 0.25, "filter_s": 0.037, "open_s": 0.02, "heap_bytes": 3.6e6,
    }  # fmt: skip
    return ReportPage(cases=cases, **{**usual, **figures})


def rival_page(cases: int = 10_000, **figures: Any) -> RivalPage:
    """Give another program's page, ten times as large."""
    usual = {
        "program": "promptfoo 9.9.9", "write_cpu_s": 2.4, "write_wall_s": 3.0,
        "page_bytes": 23_000_000, "before_bytes": 200_000_000,
        "peak_bytes": 240_000_000, "exit_code": 0, "usable_s": 9.5,
    }  # fmt: skip
    return RivalPage(cases=cases, **{**usual, **figures})
