"""Draws latencies as step curves on a logarithmic axis."""

import math
from collections.abc import Sequence

from harness.api import format_s
from harness_reports.chart import GRID, INK, SERIES, Scale
from harness_reports.shapes import Chart, Shape, label, line, stairs


def latency_chart(
    curves: Sequence[tuple[str, Sequence[tuple[float, float]]]], *, key: str, what: str
) -> Chart | None:
    """Give the share of answers at most that slow, a curve a target, seconds on a log axis.

    `what` came within a time: "answers", "first words".
    """
    known = [
        (index, name, [p for p in points if p[0] > 0 and math.isfinite(p[0])])
        for index, (name, points) in enumerate(curves)
    ]
    times = [seconds for _, _, points in known for seconds, _ in points]
    if not times:
        return None
    low, high = math.log10(min(times)), math.log10(max(times))
    margin = max(0.02, (high - low) * 0.04)
    across = Scale(low=low - margin, high=high + margin, start=52, end=628)
    up = Scale(low=0, high=1, start=262, end=16)
    shapes: list[Shape] = []
    for share in (0.0, 0.25, 0.5, 0.75, 0.95):
        shapes.append(line(52, up(share), 628, up(share), css="grid", stroke=GRID))
        shapes.append(label(46, up(share) + 4, f"{share * 100:.0f} %", anchor="end"))
    for seconds in ticks(10 ** (low - margin), 10 ** (high + margin)):
        x = across(math.log10(seconds))
        shapes.append(line(x, 16, x, 262, css="grid", stroke=GRID))
        shapes.append(label(x, 281, tick_name(seconds)))
    for index, _, points in known:
        if points:
            css, colour, dash = SERIES[min(index, len(SERIES) - 1)]
            placed = [(across(math.log10(seconds)), up(share)) for seconds, share in points]
            corners = [(placed[0][0], up(0)), *placed]
            shapes.append(stairs(corners, css=f"curve {css}", stroke=colour, dash=dash))
    shapes.append(line(52, 262, 628, 262, css="axis", stroke=INK))
    shapes.append(label(340, 304, "time, logarithmic"))
    halves = [
        f"half of the {what} of {name} came within {format_s(_quantile(points, 0.5))}"
        for _, name, points in known
        if points
    ]
    words = "; ".join(halves)
    return Chart(
        key=key,
        title=f"Share of {what} that came within a time",
        description=f"{words[:1].upper()}{words[1:]}; percentiles are in the table below.",
        width="640",
        height="312",
        shapes=tuple(shapes),
    )


def ticks(low: float, high: float) -> list[float]:
    """Give round numbers on a log axis from `low` to `high`: about three to eight."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in (
        (1.0,),
        (1.0, 3.0),
        (1.0, 2.0, 5.0),
        (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
        tuple(range(10, 100, 5)),
    ):
        scale = 10.0 if len(steps) > 6 else 1.0
        found = [
            s / scale * 10.0**d
            for d in decades
            for s in steps
            if low <= s / scale * 10.0**d <= high
        ]
        if len(found) >= 4:
            return found if len(found) <= 9 else found[:: math.ceil(len(found) / 8)]
    return [low, high]


def tick_name(seconds: float) -> str:
    """Give an axis mark without needless digits: `1 ms`, `2.5 s`."""
    for factor, unit in ((1e6, "µs"), (1e3, "ms")):
        if seconds * factor < 999.5:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def _quantile(points: Sequence[tuple[float, float]], share: float) -> float:
    return next((seconds for seconds, reached in points if reached >= share), points[-1][0])
