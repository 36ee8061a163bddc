"""Sets the entities two answers mark in one text side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.api import Case, Json, Output

MOST_SPANS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One marked part of the input's text."""

    start: int | None
    """Offset of the first character; None where the model states no place."""
    end: int | None
    """Offset behind the last character."""
    label: str
    words: str
    score: float | None

    @property
    def place(self) -> tuple[object, ...]:
        """What two spans share that say the same: place and label, without a place the words."""
        return (self.start, self.end, self.label, "" if self.start is not None else self.words)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A run of the text; with a span it is marked."""

    text: str
    span: Span | None = None
    is_only_here: bool = False
    """Whether the other side does not mark the same."""


def text_of_case(case: Case) -> str:
    """Give the text spans are places in: the inputs, or their context; empty when there is none."""
    match case.inputs:
        case str(text) | {"context": str(text)} | [str(text)]:
            return text
    return ""


def spans_of(output: Output | None) -> tuple[Span, ...]:
    """Give the spans of a canonical value in the order of their places; others are passed over."""
    value: Json = output.value if output else None
    found = [span for entry in value if (span := _span(entry))] if isinstance(value, list) else []
    return tuple(sorted(found[:MOST_SPANS], key=lambda s: (s.start is None, s.start or 0)))


def strokes_of(
    text: str, spans: tuple[Span, ...], others: tuple[Span, ...]
) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """Give the text with its spans marked, and the spans that have no place of their own in it.

    Of two spans that overlap the first is marked, the other one is among the latter.
    """
    known = {span.place for span in others}
    return tuple(_marked(text, spans, known)), tuple(_rest(text, spans, known))


def _marked(text: str, spans: tuple[Span, ...], known: set[tuple[object, ...]]) -> Iterator[Stroke]:
    at = 0
    for span, is_marked in _placed(text, spans):
        if is_marked and span.start is not None and span.end is not None:
            if span.start > at:
                yield Stroke(text[at : span.start])
            yield Stroke(text[span.start : span.end], span, span.place not in known)
            at = span.end
    if at < len(text):
        yield Stroke(text[at:])


def _rest(text: str, spans: tuple[Span, ...], known: set[tuple[object, ...]]) -> Iterator[Stroke]:
    for span, is_marked in _placed(text, spans):
        if not is_marked:
            yield Stroke(span.words, span, span.place not in known)


def _placed(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[Span, bool]]:
    at = 0
    for span in spans:
        is_inside = (
            span.start is not None
            and span.end is not None
            and at <= span.start < span.end <= len(text)
        )
        yield span, is_inside
        if is_inside and span.end is not None:
            at = span.end


def _span(entry: Json) -> Span | None:
    if not isinstance(entry, dict):
        return None
    label = entry.get("entity", entry.get("label", "answer" if "answer" in entry else None))
    words = entry.get("word", entry.get("answer", ""))
    if not isinstance(label, str) or not isinstance(words, str):
        return None
    start, end, score = (entry.get(key) for key in ("start", "end", "score"))
    is_placed = type(start) is int and type(end) is int
    return Span(
        start=start if is_placed else None,  # type: ignore[arg-type]  # an int, as was asked
        end=end if is_placed else None,  # type: ignore[arg-type]
        label=label,
        words=words,
        score=float(score) if type(score) in (int, float) else None,  # type: ignore[arg-type]
    )
