"""Reads the figures of a measurement."""

from collections.abc import Callable

from benchmarks.work import Measurement

Figure = Callable[[Measurement], float | None]


def whole_speed(measured: Measurement) -> float | None:
    """Give calls per second of the whole process, start to written reports."""
    return measured.served / measured.wall_s


def phase_speed(measured: Measurement) -> float | None:
    """Give calls per second of the request phase, by the server's log; None without one."""
    return measured.served / measured.phase_s if measured.phase_s else None


def cpu_per_call_s(measured: Measurement) -> float | None:
    """Give CPU seconds per call, of the whole process."""
    return measured.cpu_s / measured.served if measured.served else None


def peak_bytes(measured: Measurement) -> float | None:
    """Give the peak of resident memory of the largest process."""
    return measured.peak_bytes


def together_bytes(measured: Measurement) -> float | None:
    """Give the largest sum of all processes' memory that was seen; None where nobody looked."""
    return measured.together_bytes


def p50_s(measured: Measurement) -> float | None:
    """Give the median latency that was shown; None where none was."""
    return measured.shown.p50_s if measured.shown is not None else None


def p99_s(measured: Measurement) -> float | None:
    """Give the 99th percentile that was shown; None where none was."""
    return measured.shown.p99_s if measured.shown is not None else None
