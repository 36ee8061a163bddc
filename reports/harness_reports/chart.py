"""Draws intervals as dot plots, and scores as bars."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness_reports.shapes import Chart, dot, line, rectangle

SERIES = (
    ("series-0", "#64748b", "5 3"),
    ("series-1", "#1d5fbf", ""),
    ("series-2", "#b4500b", "10 3"),
    ("series-3", "#6d3fb0", "2 3"),
    ("series-4", "#0f766e", "10 3 2 3"),
)
"""Class, colour without a style sheet, dashes: targets in order, the baseline first."""

GRID, INK = "#d5dae1", "#4b5563"
"""Colours without a style sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps numbers to pixels, linearly."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Give the pixel of a number; one outside the scale stands at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def interval_scale(values: Sequence[float | None], width: float) -> Scale | None:
    """Give a scale with room for all finite values; None when there are not two of them."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    low, high = min(known), max(known)
    margin = (high - low) * 0.08 or max(abs(high) * 0.1, 0.01)
    return Scale(low=low - margin, high=high + margin, start=6, end=width - 6)


def interval_chart(
    *,
    key: str,
    title: str,
    description: str,
    scale: Scale,
    estimate: float | None,
    low: float | None,
    high: float | None,
    zero: float | None,
    limit: float | None,
    tone: str,
) -> Chart:
    """Give an interval bar with its estimate as a dot, the point of no change and the limit."""
    width, height, middle = scale.end + 6, 34.0, 17.0
    shapes = [line(scale.start, middle, scale.end, middle, css="track", stroke=GRID)]
    if zero is not None:
        shapes.append(line(scale(zero), 7, scale(zero), 27, css="zero", stroke=INK, dash="2 2"))
    if limit is not None:
        shapes.append(
            line(scale(limit), 3, scale(limit), 31, css="limit", stroke="#b4500b", width="2")
        )
    css, colour = (
        f"bar {tone}",
        "#1d5fbf" if tone == "good" else "#b4500b" if tone == "bad" else INK,
    )
    if low is not None or high is not None:
        left = scale(low) if low is not None else scale.start
        right = scale(high) if high is not None else scale.end
        shapes.append(
            rectangle(left, middle - 3, max(1.5, right - left), 6, css=css, fill=colour, round_="3")
        )
    if estimate is not None and math.isfinite(estimate):
        shapes.append(dot(scale(estimate), middle, 5.5, css=f"dot {tone}", fill=colour))
    return Chart(
        key=key,
        title=title,
        description=description,
        width=f"{width:.0f}",
        height=f"{height:.0f}",
        shapes=tuple(shapes),
    )


def score_bar(*, key: str, title: str, score: float, series: int) -> Chart:
    """Give one score as a bar on a track from 0 to 1."""
    css, colour, _ = SERIES[min(series, len(SERIES) - 1)]
    share = min(1.0, max(0.0, score))
    shapes = (
        rectangle(0, 3, 120, 10, css="track-fill", fill="#e8ebf0", round_="3"),
        rectangle(0, 3, max(1.5, share * 120), 10, css=f"fill {css}", fill=colour, round_="3"),
    )
    return Chart(key=key, title=title, description="", width="120", height="16", shapes=shapes)
