"""Makes terminal lines out of the words of the page."""

from collections.abc import Iterable, Iterator, Sequence

from harness.api import Ink, Line, Words, display_width
from harness_reports.characters import Part
from harness_reports.view.nouns import Badge, Row, Tone

Cell = str | Words

_INKS: dict[Tone, Ink] = {
    "good": "good",
    "bad": "bad",
    "unsure": "unsure",
    "invalid": "bad",
    "plain": "plain",
}
BAR = Words("│ ", "quiet")
"""Before every line of somebody else's text: no such line can pass for one of ours."""


def line(*cells: Cell, indent: int = 0) -> Line:
    """Give a line of what is not empty, with a blank between."""
    kept = [_words(cell) for cell in cells if _words(cell).text]
    parts: list[Words] = [Words(" " * indent)] if indent else []
    for place, cell in enumerate(kept):
        parts += [Words(" "), cell] if place else [cell]
    return tuple(parts)


def heading(text: str) -> Iterator[Line]:
    """Give the heading of a section, under an empty line."""
    yield ()
    yield (Words(text, "strong"),)
    yield (Words("─" * min(display_width(text), 78), "quiet"),)


def subheading(*cells: Cell) -> Iterator[Line]:
    """Give a heading within a section."""
    yield ()
    yield line(*(Words(cell, "strong") if isinstance(cell, str) else cell for cell in cells))


def seal(badge: Badge) -> Words:
    """Give a result as its symbol and word."""
    return Words(f"{badge.symbol} {badge.word}", _INKS[badge.tone])


def quiet(text: str) -> Words:
    """Give words that say less."""
    return Words(text, "quiet")


def bullets(texts: Iterable[str], sign: str = "-") -> Iterator[Line]:
    """Give a line a sentence."""
    for text in texts:
        yield line(sign, text, indent=2)


def rows(found: Iterable[Row], indent: int = 2) -> Iterator[Line]:
    """Give terms with their values, the values under each other."""
    kept = list(found)
    width = min(28, max((display_width(row.term) for row in kept), default=0))
    for row in kept:
        gap = " " * (max(0, width - display_width(row.term)) + 2)
        yield tuple(_seen((Words(" " * indent), quiet(row.term), Words(gap), _words(row.value))))


def commands(found: Iterable[str], indent: int = 2) -> Iterator[Line]:
    """Give commands to copy, those of several lines as a shell shows them."""
    for command in found:
        for place, text in enumerate(command.split("\n")):
            yield tuple(_seen((Words(" " * indent), quiet("> " if place else "$ "), Words(text))))


def part_words(parts: Iterable[Part], ink: Ink = "plain") -> Iterator[Words]:
    """Give text in which what cannot be seen is marked."""
    for part in parts:
        yield Words(part.text, "unsure" if part.title and ink == "plain" else ink)


def block(words: Iterable[Words], indent: int = 2) -> Iterator[Line]:
    """Give somebody else's text, every line of it behind a bar."""
    start = (Words(" " * indent), BAR)
    current: list[Words] = []
    for word in words:
        first, *others = word.text.split("\n")
        current.append(Words(first, word.ink))
        for other in others:
            yield (*start, *_seen(current))
            current = [Words(other, word.ink)]
    if any(word.text for word in current):
        yield (*start, *_seen(current))


def table(heads: Sequence[str], body: Iterable[Sequence[Cell]], indent: int = 2) -> Iterator[Line]:
    """Give aligned columns under their heads, those of numbers to the right; none without rows."""
    found = [[_words(cell) for cell in row] for row in body]
    if not found:
        return
    lines = [[quiet(head) for head in heads], *found]
    widths = [max(display_width(row[i].text) for row in lines) for i in range(len(heads))]
    right = [_are_numbers(row[i].text for row in found) for i in range(len(heads))]
    for row in lines:
        parts: list[Words] = [Words(" " * indent)]
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = Words(" " * (width - display_width(cell.text)))
            parts += [gap, cell] if right[place] else [cell, gap]
            parts.append(Words("  "))
        yield _trimmed(parts)


def _are_numbers(cells: Iterable[str]) -> bool:
    told = [cell for cell in cells if cell not in ("", "—")]
    return bool(told) and all(cell[0] in "0123456789+−±×$[<" for cell in told)


def _trimmed(parts: list[Words]) -> Line:
    while parts and not parts[-1].text.strip():
        parts.pop()
    return tuple(_seen(parts))


def _seen(words: Iterable[Words]) -> Iterator[Words]:
    return (word for word in words if word.text)


def _words(cell: Cell) -> Words:
    words = Words(cell) if isinstance(cell, str) else cell
    return words if words.text.isprintable() else Words(" ".join(words.text.split()), words.ink)
