"""Shows entities marked in the text of the input, on both sides."""

from harness.api import plural
from harness_reports.characters import one_line, parts_of
from harness_reports.sides import Pair, Side
from harness_reports.spans import Span, Stroke, spans_of, strokes_of, text_of_case
from harness_reports.view.case_nouns import Item, Mark, PaneBody

MOST_TEXT = 20_000


def span_bodies(pair: Pair) -> tuple[PaneBody, PaneBody, str] | None:
    """Give the text with both sides' marks, and how many differ; None without text or spans."""
    text = text_of_case(pair.view.case)[:MOST_TEXT]
    before, after = spans_of(pair.before.output), spans_of(pair.after.output)
    if not text or not (before or after):
        return None
    bodies = [
        _body(text, side, mine, others)
        for side, mine, others in ((pair.before, before, after), (pair.after, after, before))
    ]
    if pair.before.output is None or pair.after.output is None:
        return bodies[0], bodies[1], ""
    lost = len({s.place for s in before} - {s.place for s in after})
    come = len({s.place for s in after} - {s.place for s in before})
    note = "Both answers mark the same."
    if lost or come:
        note = (
            f"{plural(lost, 'mark')} only in {one_line(pair.before.target, 60)}, "
            f"{come:,} only in {one_line(pair.after.target, 60)}."
        )
    return bodies[0], bodies[1], note


def _body(text: str, side: Side, spans: tuple[Span, ...], others: tuple[Span, ...]) -> PaneBody:
    if side.output is None:
        return PaneBody()
    strokes, rest = strokes_of(text, spans, others)
    return PaneBody(
        marks=tuple(map(_mark, strokes)),
        items=tuple(map(_item, rest)),
        more="" if spans else "Nothing is marked.",
    )


def _mark(stroke: Stroke) -> Mark:
    span = stroke.span
    return Mark(
        parts=tuple(parts_of(stroke.text)),
        label=one_line(_scored(span), 60) if span else "",
        is_only_here=stroke.is_only_here,
    )


def _scored(span: Span) -> str:
    return span.label if span.score is None else f"{span.label} {span.score:.2f}"


def _item(stroke: Stroke) -> Item:
    span = stroke.span
    words = (
        ""
        if span is None
        else f"{span.words}"
        if span.start is None
        else (f"{span.words}, characters {span.start} to {span.end}")
    )
    return Item(
        number="",
        label=one_line(_scored(span), 60) if span else "",
        words=one_line(words, 120),
        match="only here" if stroke.is_only_here else "",
        is_only_here=stroke.is_only_here,
    )
