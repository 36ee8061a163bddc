"""Holds what was measured against what revgate promises to reach."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import readings
from benchmarks.cells import JUDGED_APART_FROM, OURS, memory_calls
from benchmarks.kept import Commits, Pairs, Ratio, StartUp
from benchmarks.medians import median_of
from benchmarks.readings import Figure
from benchmarks.table import Table
from benchmarks.work import Work

PHASE = {"bare pycurl threads": 0.5, "bare pycurl": 0.5, "bare requests": 5.0, "lm-eval": 2.0}
"""Least ratio of speeds of the request phase."""
WHOLE = {
    "bare pycurl threads": 0.2,
    "bare pycurl": 0.2,
    "bare requests": 2.5,
    "promptfoo": 15.0,
    "inspect-ai": 40.0,
}
"""Least ratio of speeds of the whole process."""
LATENCY_MS = {8: (1.0, 3.0), 64: (1.0, 6.0), 256: (3.0, 25.0)}
"""By concurrency: how far p50 and p99 shown may lie from the truth."""
LEAST_COVERAGE = 0.94
MOST_PEAK_BYTES = 150e6
"""Of all processes of a run together."""
MOST_SLOPE_BYTES = 5e6
MOST_START_UP_S = 0.1
MOST_COMMIT_SHARE = 0.10
PAIRS = 1_000_000
MOST_DECIDING_S = 5.0
MOST_PAIRS_BYTES = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One promise and what was measured."""

    what: str
    wanted: str
    measured: str
    is_reached: bool | None
    """None where nothing was measured."""


def aims(
    table: Table,
    ratios: Sequence[Ratio],
    starts: Sequence[StartUp],
    committed: Sequence[Commits],
    compared: Sequence[Pairs] = (),
    *,
    calls: int,
    many_calls: int,
) -> list[Aim]:
    """Give every promise, in order."""
    return [
        *_speeds(table, "request phase", PHASE, readings.phase_speed, many_calls),
        *_speeds(table, "whole process", WHOLE, readings.whole_speed, many_calls),
        *_latencies(table, calls),
        *_coverage(ratios),
        *_memory(table, many_calls),
        _start_up(starts),
        _commit(committed),
        *_pairs([run for run in compared if run.pairs == PAIRS]),
    ]


def _speeds(
    table: Table, what: str, least: dict[str, float], figure: Figure, many_calls: int
) -> Iterator[Aim]:
    work = Work(calls=many_calls, concurrency=32)
    for name, wanted in least.items():
        ratio = table.ratio(work, OURS, name, figure)
        yield Aim(
            what=f"{what}, {many_calls:,} calls, concurrency 32, delay 0: against {name}",
            wanted=f">= {wanted:g} times",
            measured=f"{ratio:.2f} times" if ratio is not None else "not measured",
            is_reached=ratio >= wanted if ratio is not None else None,
        )


def _latencies(table: Table, calls: int) -> Iterator[Aim]:
    for concurrency, limits_ms in LATENCY_MS.items():
        work = Work(calls=calls, concurrency=concurrency, delay_ms=50)
        shown = (("p50", readings.p50_s), ("p99", readings.p99_s))
        for (name, figure), most_ms in zip(shown, limits_ms, strict=True):
            shown_s = table.median(work, OURS, figure)
            off_ms = None if shown_s is None else abs(shown_s * 1000 - work.delay_ms)
            yield Aim(
                what=f"{name} shown minus truth, delay 50 ms, concurrency {concurrency}",
                wanted=f"< {most_ms:g} ms",
                measured=f"{off_ms:.2f} ms" if off_ms is not None else "not measured",
                is_reached=off_ms < most_ms if off_ms is not None else None,
            )


def _coverage(ratios: Sequence[Ratio]) -> Iterator[Aim]:
    for metric, delay_ms in sorted({(ratio.metric, ratio.delay_ms) for ratio in ratios}):
        runs = [r for r in ratios if (r.metric, r.delay_ms) == (metric, delay_ms)]
        covered = sum(ratio.covers for ratio in runs)
        yield Aim(
            what=f"A/A: interval of the {metric} ratio contains 1, {runs[0].pairs:,} pairs, "
            f"delay {delay_ms} ms",
            wanted=f">= {LEAST_COVERAGE:.0%} of runs",
            measured=f"{covered} of {len(runs)}",
            is_reached=covered >= LEAST_COVERAGE * len(runs),
        )


def _memory(table: Table, many_calls: int) -> Iterator[Aim]:
    alone, apart, *more = memory_calls(many_calls)
    sums = {
        count: total
        for count in (alone, apart, *more)
        if (total := _peak(table, count, readings.together_bytes)) is not None
    }
    for count in (alone, *more):
        yield _peak_of_all(sums.get(count), _peak(table, count, readings.peak_bytes), count)
    steps = [(alone, more[0]), (apart, more[0]), *itertools.pairwise(more)]
    for fewer, most in steps:
        yield _growth(sums, fewer, most)


def _peak(table: Table, calls: int, figure: Figure) -> float | None:
    return table.median(Work(calls=calls, concurrency=32), OURS, figure)


def _peak_of_all(together: float | None, largest: float | None, calls: int) -> Aim:
    """Judge the sum; the largest process alone is known to the byte, and may not exceed it either.

    A line that was kept before sums were taken says the largest only: that proves nothing.
    """
    if largest is None:
        measured, is_reached = "not measured", None
    elif together is None:
        measured, is_reached = f"not measured; the largest process {_mb(largest)}", None
    else:
        measured = f"{_mb(together)}; the largest process {_mb(largest)}"
        is_reached = max(together, largest) < MOST_PEAK_BYTES
    return Aim(
        what=f"peak memory of all processes, {calls:,} calls",
        wanted=f"< {MOST_PEAK_BYTES / 1e6:g} MB",
        measured=measured,
        is_reached=is_reached,
    )


def _growth(sums: dict[int, float], fewer: int, most: int) -> Aim:
    ends = {calls: sums[calls] for calls in (fewer, most) if calls in sums}
    slope = slope_per_tenfold(ends)
    begins_between = fewer < JUDGED_APART_FROM <= most
    note, step = "", sums.get(fewer * 2, 0) - sums.get(fewer, 0)
    if begins_between and fewer * 2 == JUDGED_APART_FROM and JUDGED_APART_FROM in sums:
        note = f"; {_mb(step)} of it from {fewer:,} to {fewer * 2:,} calls, where the second starts"
    processes = ", over the start of a second process" if begins_between else ""
    return Aim(
        what=f"memory of all processes, growth per tenfold, {fewer:,} to {most:,} calls{processes}",
        wanted=f"< {MOST_SLOPE_BYTES / 1e6:g} MB",
        measured=f"{slope / 1e6:.1f} MB{note}" if slope is not None else "not measured",
        is_reached=slope < MOST_SLOPE_BYTES if slope is not None else None,
    )


def _mb(size: float) -> str:
    return f"{size / 1e6:.0f} MB"


def slope_per_tenfold(peaks: dict[int, float]) -> float | None:
    """Give the steepest growth in bytes per factor ten, between neighbours; None for one peak."""
    ordered = sorted(peaks.items())
    slopes = [
        (after - before) / math.log10(more / fewer)
        for (fewer, before), (more, after) in itertools.pairwise(ordered)
    ]
    return max(slopes) if slopes else None


def _start_up(starts: Sequence[StartUp]) -> Aim:
    cpu_s = median_of(start.cpu_s for start in starts)
    return Aim(
        what="start-up, `revgate --version`",
        wanted=f"< {MOST_START_UP_S:g} s CPU",
        measured=f"{cpu_s:.3f} s" if cpu_s is not None else "not measured",
        is_reached=cpu_s < MOST_START_UP_S if cpu_s is not None else None,
    )


def _commit(committed: Sequence[Commits]) -> Aim:
    share = median_of(run.commit_s / run.phase_s for run in committed)
    speed = median_of(run.calls_per_s for run in committed)
    is_measured = share is not None and speed is not None
    return Aim(
        what="commits, share of the request phase at 4,000 calls/s",
        wanted=f"< {MOST_COMMIT_SHARE:.0%}",
        measured=f"{share:.1%} at {speed:,.0f} calls/s" if is_measured else "not measured",
        is_reached=share < MOST_COMMIT_SHARE if share is not None else None,
    )


def _pairs(compared: Sequence[Pairs]) -> Iterator[Aim]:
    deciding_s = median_of(run.deciding_cpu_s for run in compared)
    peak = median_of(run.peak_bytes for run in compared)
    yield Aim(
        what=f"from {PAIRS:,} pairs of records taken in to the verdict",
        wanted=f"< {MOST_DECIDING_S:g} s CPU",
        measured=f"{deciding_s:.1f} s" if deciding_s is not None else "not measured",
        is_reached=deciding_s < MOST_DECIDING_S if deciding_s is not None else None,
    )
    yield Aim(
        what=f"peak memory, {PAIRS:,} pairs of records",
        wanted=f"< {MOST_PAIRS_BYTES / 1e9:g} GB",
        measured=f"{peak / 1e6:.0f} MB" if peak is not None else "not measured",
        is_reached=peak < MOST_PAIRS_BYTES if peak is not None else None,
    )
