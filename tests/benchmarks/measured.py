"""Measurements to test with."""

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
    )
