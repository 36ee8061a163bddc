"""Draws a trend as SVG: presentation attributes only, so that it shows wherever images do."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from harness.data.noun import Noun
from harness.emit import one_line
from harness.history.trend import TrendPoint
from harness.identity import iso_time
from harness.units import format_s, format_share

_WIDTH, _PANEL, _LEFT, _RIGHT, _TOP = 860.0, 130.0, 78.0, 16.0, 88.0
_GAP = 34.0
_INK, _GRID = "#334155", "#cbd5e1"
_SERIES = (("#64748b", ""), ("#1d5fbf", ""), ("#b4500b", "7 4"), ("#6d3fb0", "2 3"))
"""Colour and dashes a target; the baseline first."""
_MARKS = {"pass": "✓", "fail": "✗", "inconclusive": "~", "invalid": "!"}

Number = Callable[[TrendPoint], float | None]


class _Panel(Noun, frozen=True, kw_only=True):
    """One quantity over time."""

    title: str
    value: Number
    words: Callable[[float], str]
    low: Number | None = None
    high: Number | None = None
    top: float | None = None
    """The largest there can be; None: what was seen."""


def _rate(point: TrendPoint) -> float | None:
    return point.pass_rate.value if point.pass_rate else None


_PANELS = (
    _Panel(
        title="pass rate, with its 95 % interval",
        value=_rate,
        words=format_share,
        low=lambda point: point.pass_rate.low if point.pass_rate else None,
        high=lambda point: point.pass_rate.high if point.pass_rate else None,
        top=1.0,
    ),
    _Panel(title="latency p50", value=lambda point: point.p50_s, words=format_s),
    _Panel(title="latency p95", value=lambda point: point.p95_s, words=format_s),
    _Panel(title="cost", value=lambda point: point.cost_usd, words=lambda usd: f"${usd:.3g}"),
)


def trend_svg(suite: str, points: Sequence[TrendPoint]) -> str:
    """Give a drawing of a trend: a panel a quantity that is known, a line a target.

    The same points give the same text. Raises ValueError where there is no point.
    """
    if not points:
        raise ValueError("there is nothing to draw")
    runs = list(dict.fromkeys(point.run.run_id for point in points))
    verdicts = {point.run.run_id: point for point in points}
    names = list(dict.fromkeys(point.target for point in points))
    panels = [one for one in _PANELS if any(one.value(point) is not None for point in points)]
    height = _TOP + len(panels) * (_PANEL + _GAP) + 34
    first, last = iso_time(points[0].run.started_at), iso_time(points[-1].run.started_at)
    title = f"Runs of {one_line(suite, 80)}"
    told = ", ".join(verdicts[run].run.verdict for run in runs)
    description = f"{len(runs)} runs from {first} to {last}; verdicts: {told}."

    def x(run: str) -> float:
        if len(runs) == 1:
            return (_LEFT + _WIDTH - _RIGHT) / 2
        return _LEFT + 12 + runs.index(run) / (len(runs) - 1) * (_WIDTH - _RIGHT - _LEFT - 24)

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" '
        f'width="{_WIDTH:.0f}" height="{height:.0f}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">'
    )
    lines = [
        head,
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        _text(_LEFT, 22, title, size=16, weight="bold"),
    ]
    for place, name in enumerate(names):
        at = _LEFT + place * 190
        lines.append(_line(at, 42, at + 24, 42, place))
        lines.append(_text(at + 30, 46, one_line(name, 22)))
    for number, panel in enumerate(panels):
        lines += _drawn(panel, points, names, x, _TOP + number * (_PANEL + _GAP))
    for run in runs:
        lines.append(_text(x(run), height - 30, _MARKS[verdicts[run].run.verdict], middle=True))
    key = ", ".join(f"{mark} {verdict}" for verdict, mark in _MARKS.items())
    lines.append(_text(_LEFT, height - 10, f"{first[:10]}; verdicts: {key}"))
    lines.append(_text(_WIDTH - _RIGHT, height - 10, last[:10], anchor="end"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _drawn(
    panel: _Panel,
    points: Sequence[TrendPoint],
    names: Sequence[str],
    x: Callable[[str], float],
    top: float,
) -> Iterator[str]:
    readings = [panel.value, *(one for one in (panel.low, panel.high) if one is not None)]
    known = [found for point in points for get in readings if (found := get(point)) is not None]
    least = min(known) if panel.top is not None else 0.0
    most = panel.top if panel.top is not None else max(known)
    if most <= least:
        least, most = (0.0, most) if most > 0 else (0.0, 1.0)
    bottom = top + _PANEL

    def y(value: float) -> float:
        return bottom - 6 - (value - least) / (most - least) * (_PANEL - 12)

    yield _text(_LEFT, top - 6, panel.title, weight="bold")
    for share in (0.0, 0.5, 1.0):
        value = least + (most - least) * share
        yield f'<path d="M{_LEFT:.1f} {y(value):.1f}H{_WIDTH - _RIGHT:.1f}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 8, y(value) + 4, panel.words(value), anchor="end")
    for place, name in enumerate(names):
        mine = [(point, panel.value(point)) for point in points if point.target == name]
        seen = [(point, value) for point, value in mine if value is not None]
        if len(seen) > 1:
            ends = [(x(p.run.run_id) + 3 * place, y(value)) for p, value in seen]
            path = "L".join(f"{across:.1f} {down:.1f}" for across, down in ends)
            yield f'<path d="M{path}" {_stroke(place)} fill="none" stroke-width="1.5"/>'
        for point, value in seen:
            at = x(point.run.run_id) + 3 * place
            low, high = (get(point) if get else None for get in (panel.low, panel.high))
            if low is not None and high is not None:
                yield _line(at, y(low), at, y(high), place)
            words = f"{name} {panel.words(value)}, {iso_time(point.run.started_at)}"
            yield (
                f'<circle cx="{at:.1f}" cy="{y(value):.1f}" r="3.5" fill="{_colour(place)}">'
                f"<title>{escape(one_line(words, 200))}</title></circle>"
            )


def _colour(place: int) -> str:
    return _SERIES[min(place, len(_SERIES) - 1)][0]


def _stroke(place: int) -> str:
    colour, dashes = _SERIES[min(place, len(_SERIES) - 1)]
    return f'stroke="{colour}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _line(x1: float, y1: float, x2: float, y2: float, place: int) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} {_stroke(place)} stroke-width="2"/>'


def _text(
    x: float, y: float, words: str, *, size: int = 12, weight: str = "normal",
    anchor: str = "start", middle: bool = False,
) -> str:  # fmt: skip
    place = "middle" if middle else anchor
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{place}" fill="{_INK}">{escape(words)}</text>'
    )
