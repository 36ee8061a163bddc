"""Shows where the difference is: the cases of every tag."""

from collections.abc import Sequence

from harness.api import (
    Comparison,
    Dossier,
    Estimate,
    Slice,
    format_points,
    format_ratio,
    format_share,
)
from harness_reports.characters import one_line
from harness_reports.chart import Scale, interval_chart, interval_scale
from harness_reports.quantities import interval
from harness_reports.view.nouns import SliceRow, SliceTable, Tone
from harness_reports.view.words import anchor

SHOWN = 12
CHART_WIDTH = 200.0
_WORDS = (
    "Where the difference is. Strongest evidence first; p is exact McNemar, adjusted over all "
    "slices."
)


def slice_tables(dossier: Dossier) -> tuple[SliceTable, ...]:
    """Give a table a candidate that has slices, the strongest evidence first."""
    return tuple(_table(comparison) for comparison in dossier.comparisons if comparison.slices)


def slices_words(tables: Sequence[SliceTable]) -> str:
    """Say how to read the tables."""
    if not any(table.has_time for table in tables):
        return _WORDS
    tail = ", p95 the ratio of the 95th percentiles, which takes 100 cases"
    tail = tail if any(table.has_tail for table in tables) else ""
    return (
        f"{_WORDS} Time is the median of each case's ratio to the baseline{tail}. A ~ where its "
        "interval, which is this slice's alone, holds ×1: no evidence of a change."
    )


def _table(comparison: Comparison) -> SliceTable:
    ranked = sorted(comparison.slices, key=_evidence)
    scale = _scale(ranked)
    rows = [_row(comparison, part, scale) for part in ranked]
    rest = len(rows) - SHOWN
    return SliceTable(
        candidate=one_line(comparison.candidate, 60),
        has_time=any(part.latency_shift is not None for part in ranked),
        has_tail=any(part.latency_p95 is not None for part in ranked),
        shown=tuple(rows[:SHOWN]),
        folded=tuple(rows[SHOWN:]),
        folded_words=f"{rest} more {'slice' if rest == 1 else 'slices'}" if rest > 0 else "",
    )


def _evidence(part: Slice) -> tuple[float, float, str]:
    difference = part.difference.value if part.difference else 0.0
    return (1.0 if part.p_value is None else part.p_value, difference, part.tag)


def _scale(parts: Sequence[Slice]) -> Scale | None:
    ends: list[float | None] = [0.0]
    for part in parts[:SHOWN]:
        if part.difference is not None:
            ends += [part.difference.low, part.difference.high]
    return interval_scale(ends, CHART_WIDTH)


def _row(comparison: Comparison, part: Slice, scale: Scale | None) -> SliceRow:
    difference = part.difference
    key = anchor("slice", comparison.candidate, part.tag)
    range_ = interval(format_points, difference.low, difference.high) if difference else ""
    chart = None
    if difference is not None and scale is not None:
        tone: Tone = "bad" if difference.high < 0 else "good" if difference.low > 0 else "unsure"
        chart = interval_chart(
            key=f"chart-{key}",
            title=one_line(f"Change of the pass rate in {part.tag}", 120),
            description=f"{format_points(difference.value)}, interval {range_}.",
            scale=scale,
            estimate=difference.value,
            low=difference.low,
            high=difference.high,
            zero=0.0,
            limit=None,
            tone=tone,
        )
    return SliceRow(
        anchor=key,
        tag=one_line(part.tag, 80),
        n=f"{part.n:,}",
        before=format_share(part.before_rate),
        after=format_share(part.after_rate),
        difference=format_points(difference.value) if difference else "—",
        interval=range_,
        chart=chart,
        regressed=f"{part.regressed:,}",
        fixed=f"{part.fixed:,}",
        p_value="—" if part.p_value is None else _p(part.p_value),
        time=_ratio(part.latency_shift),
        tail=_ratio(part.latency_p95),
    )


def _ratio(found: Estimate | None) -> tuple[str, str]:
    if found is None:
        return "—", ""
    is_sure = found.high < 1 or found.low > 1
    told = format_ratio(found.value)
    return told if is_sure else f"~ {told}", interval(format_ratio, found.low, found.high)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
