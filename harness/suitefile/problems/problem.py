"""What is wrong with a suite, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.emit import display_width, log_line, visible
from harness.errors import HarnessError, NothingSelectedError

SHOWN = 20
"""Problems written out in full; the rest are counted."""

_WINDOW = 140
"""Characters of a long source line that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a suite or its data; its texts hold no credential."""

    code: str
    """`E101`; what it stands for is in `codes.CODES`."""
    message: str
    help: str = ""
    file: str
    line: int = 0
    """From 1; 0: the file as a whole."""
    column: int = 0
    """From 1, in characters; 0: the line as a whole."""
    width: int = 1
    """Characters underlined."""
    source_line: str = ""
    """The line, or the part of a long one around the place."""
    source_column: int = 1
    """Column of the first character of `source_line`."""

    @property
    def place(self) -> str:
        """Where it is: `file:line:column`, as far as it is known."""
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


class SuiteError(HarnessError):
    """A suite that cannot be run; `problems` are in file order. Exit 4."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return as_text(self.problems)


class NoCasesError(SuiteError, NothingSelectedError):
    """A suite without a single case. Exit 5."""

    exit_code = NothingSelectedError.exit_code


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give the problems by file, line and column, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column)))


def as_text(problems: Iterable[Problem], shown: int = SHOWN) -> str:
    """Give the problems for a person, each with a caret under its place.

    The layout is the one of rustc; no line of it can drive a terminal or a CI runner.
    """
    problems = tuple(problems)
    blocks = [_block(problem) for problem in problems[:shown]]
    if len(problems) > shown:
        blocks.append(f"and {len(problems) - shown} more")
    return log_line("\n\n".join(blocks))


def flat(text: str) -> str:
    """Give visible text on one line, spaces kept."""
    return visible(text).replace("\n", "\\n").replace("\t", " ")


def _block(problem: Problem) -> str:
    gutter = " " * len(str(problem.line or 0))
    rows = [
        f"error[{problem.code}]: {flat(problem.message)}",
        f"{gutter}--> {flat(problem.place)}",
    ]
    if problem.line and problem.source_line:
        rows += _snippet(problem, gutter)
    if problem.help:
        rows.append(f"{gutter} = help: {flat(problem.help)}")
    return "\n".join(rows)


def _snippet(problem: Problem, gutter: str) -> list[str]:
    line, start = problem.source_line, max(problem.column - problem.source_column, 0)
    lead, tail = "…" if problem.source_column > 1 else "", ""
    if len(line) > _WINDOW:
        first = max(0, start - _WINDOW // 2)
        lead = "…" if first or lead else ""
        tail = "…" if first + _WINDOW < len(line) else ""
        line, start = line[first : first + _WINDOW], start - first
    marked = line[start : start + max(problem.width, 1)]
    indent = " " * display_width(lead + flat(line[:start]))
    carets = "^" * max(display_width(flat(marked)), 1)
    rows = [f"{gutter} |", f"{problem.line} | {lead}{flat(line)}{tail}"]
    return [*rows, f"{gutter} | {indent}{carets}"] if problem.column else rows
