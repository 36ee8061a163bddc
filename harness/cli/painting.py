"""Writes lines of words to the terminal: safe first, then in colour where that is welcome."""

from harness.cli.screen import Painted
from harness.data.lines import Ink, Line
from harness.emit import log_line, visible

_CODES: dict[Ink, str] = {
    "strong": "1",
    "quiet": "2",
    "good": "32",
    "bad": "31",
    "unsure": "33",
    "removed": "31",
    "added": "32",
}


def uncoloured(line: Line) -> str:
    """Give a line as text in which nothing drives a terminal or a CI runner."""
    return log_line("".join(words.text for words in line))


def in_colour(line: Line) -> Painted:
    """Give a line with the escapes of its inks, and with no others."""
    return Painted("".join(_paint(visible(words.text), words.ink) for words in line))


def _paint(text: str, ink: Ink) -> str:
    code = _CODES.get(ink)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
