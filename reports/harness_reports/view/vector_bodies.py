"""Shows embeddings in words: width, length, how alike, the first numbers."""

from collections.abc import Sequence

from harness_reports.answers import MOST_VECTORS
from harness_reports.characters import one_line
from harness_reports.quantities import plain
from harness_reports.sides import Pair, Side
from harness_reports.vectors import cosine, first_numbers, norm, shown_cosine, vectors_of
from harness_reports.view.case_nouns import PaneBody
from harness_reports.view.nouns import Row

Vectors = list[Sequence[float]]


def vector_bodies(pair: Pair) -> tuple[PaneBody, PaneBody, str] | None:
    """Give both sides' vectors in rows, and how alike they are; None when neither has any."""
    before, after = vectors_of(pair.before.output), vectors_of(pair.after.output)
    if not (before or after):
        return None
    return (
        _body(before, after, pair.after),
        _body(after, before, pair.before),
        _note(before, after) if before and after else "",
    )


def _note(before: Vectors, after: Vectors) -> str:
    widths = [sorted({len(vector) for vector in side}) for side in (before, after)]
    if widths[0] != widths[1]:
        old, new = (" and ".join(f"{w:,}" for w in width) for width in widths)
        return f"The width differs: {old} numbers before, {new} now. Nothing can be compared."
    known = [
        value
        for old, new in zip(before, after, strict=False)
        if (value := cosine(old, new)) is not None
    ]
    if not known:
        return "The cosine is not defined: a vector is all zero, or holds what is not a number."
    least = "the least of " + f"{len(known):,} cosines" if len(known) > 1 else "cosine"
    return f"{least[:1].upper()}{least[1:]}: {shown_cosine(min(known))}."


def _body(vectors: Vectors, others: Vectors, other: Side) -> PaneBody:
    rows: list[Row] = []
    for place, vector in enumerate(vectors[:MOST_VECTORS]):
        name = f"Vector {place + 1} " if len(vectors) > 1 else ""
        rows.append(Row(f"{name}width".capitalize(), f"{len(vector):,} numbers"))
        rows.append(Row("Norm", plain(norm(vector))))
        if place < len(others):
            found = cosine(vector, others[place])
            value = "not defined" if found is None else shown_cosine(found)
            rows.append(Row(f"Cosine to {one_line(other.target, 40)}", value))
        rows.append(Row("Begins with", first_numbers(vector)))
    rest = len(vectors) - MOST_VECTORS
    return PaneBody(rows=tuple(rows), more=f"{rest:,} more vectors." if rest > 0 else "")
