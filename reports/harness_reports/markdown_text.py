"""Writes untrusted text into Markdown so that it stays text."""

import re
from collections.abc import Sequence

from harness_reports.characters import one_line, visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~<>&$^=-])")
_GLUED = re.compile(r"([@#]|(?<=:)/(?=/)|(?<=[wW]{3})\.|\b[gG][hH]\\-(?=\d))")
_ZERO_WIDTH = "\u200b"
_RUNNER = re.compile(r"##(?=\[|vso)", re.IGNORECASE)


def plain(text: str, limit: int = 300) -> str:
    """Give one line in which nothing is markup, a mention, an issue number or a link."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(text, limit))
    return _GLUED.sub(lambda match: match.group() + _ZERO_WIDTH, escaped)


def code(text: str, limit: int = 120) -> str:
    """Give a code span that the text cannot leave; fit for a table cell."""
    shown = one_line(text, limit).replace("|", "¦") or "—"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def block(text: str, language: str = "text", limit: int = 800) -> str:
    """Give a fenced block longer than any run of backticks in the text."""
    shown = visible(text[: limit * 2])
    if len(shown) > limit or len(text) > limit * 2:
        shown = shown[:limit] + "…"
    shown = _RUNNER.sub("# #", shown)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}\n"


def row(*cells: str) -> str:
    """Give a table row of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |\n"


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Give a table; cells are Markdown already."""
    lines = [row(*heads), row(*("---" for _ in heads)), *(row(*cells) for cells in rows)]
    return "".join(lines) + "\n"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
