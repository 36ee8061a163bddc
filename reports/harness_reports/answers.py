"""Writes an answer as text, in the way its task is best shown."""

from harness.api import Dossier, Json, Output
from harness_reports.boxes import Box, boxes_of
from harness_reports.characters import text_of
from harness_reports.quantities import plain
from harness_reports.spans import Span, spans_of
from harness_reports.vectors import first_numbers, norm, signed_number, vectors_of

MOST_VECTORS = 5


def shown_text(dossier: Dossier, output: Output | None) -> str:
    """Give the answer as text: words for a vector, a line an object or entity, else its value."""
    if output is None:
        return ""
    match dossier.show:
        case "text" if output.text:
            return output.text
        case "image" | "audio" | "video" if output.text:
            return output.text
        case "vector" if vectors_of(output):
            return "\n".join(vector_lines(output))
        case "boxes" if boxes := boxes_of(output):
            return "\n".join(map(box_line, boxes))
        case "spans" if spans := spans_of(output):
            return "\n".join(map(span_line, spans))
    is_plain = dossier.show in ("text", "labels", "json")
    return text_of(output.value if is_plain else without_bulk(output.value))


def vector_lines(output: Output) -> list[str]:
    """Give a line a vector: width, length, the first numbers."""
    vectors = vectors_of(output)
    lines = [
        f"{len(vector):,} numbers, norm {signed_number(norm(vector))}: {first_numbers(vector)}"
        for vector in vectors[:MOST_VECTORS]
    ]
    rest = len(vectors) - MOST_VECTORS
    return [*lines, f"and {rest:,} more vectors"] if rest > 0 else lines


def box_line(box: Box) -> str:
    """Give `cup 0.98, x 1 to 7, y 2 to 9`."""
    left, top, right, bottom = (plain(round(corner, 1)) for corner in box.corners)
    score = "" if box.score is None else f" {box.score:.2f}"
    return f"{box.label}{score}, x {left} to {right}, y {top} to {bottom}"


def span_line(span: Span) -> str:
    """Give `PER Wolfgang 0.99, characters 11 to 19`."""
    place = "" if span.start is None else f", characters {span.start} to {span.end}"
    score = "" if span.score is None else f" {span.score:.2f}"
    return f"{span.label} {span.words}{score}{place}"


def without_bulk(value: Json) -> Json:
    """Give a canonical value without files in base64 and without long lists of numbers."""
    match value:
        case dict():
            return {key: without_bulk(item) for key, item in value.items()}
        case [*items] if len(items) > 64 and all(type(item) in (int, float) for item in items):
            return [*items[:8], f"… {len(items) - 8:,} more numbers"]
        case [*items]:
            return [without_bulk(item) for item in items]
        case str() if len(value) > 400 and " " not in value and value.isascii():
            return f"{value[:24]}… {len(value) - 24:,} more characters"
    return value
