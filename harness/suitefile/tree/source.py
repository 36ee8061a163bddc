"""The text of a suite file, checked to be text."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from harness.suitefile.problems.leaks import masked
from harness.suitefile.problems.problem import Problem, SuiteError

LARGEST = 1 << 20
"""Bytes of a suite file; what is larger belongs in a dataset."""

_AROUND = 200
"""Characters of a line kept on either side of a problem."""
_LONGEST = 500
"""Characters of a message."""

_BOM = b"\xef\xbb\xbf"
# NEL and the line and paragraph separators are line breaks to YAML and not to an editor: positions
# would be wrong after them.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's text with what is needed to point into it."""

    file: str
    """As it is named in messages."""
    text: str
    lines: tuple[str, ...]
    known: tuple[str, ...] = field(default=(), repr=False)
    """Credential values that must never be shown."""
    _shown: dict[int, str] = field(default_factory=dict, repr=False, compare=False)
    """Masked lines by number: a line may hold thousands of problems."""

    def problem(
        self, code: str, message: str, advice: str, *, line: int, column: int, width: int = 1
    ) -> Problem:
        """Give a problem at a place (both from 1), credentials masked."""
        first = max(column - 1 - _AROUND, 0)
        return Problem(
            code=code,
            message=masked(message[:_LONGEST], self.known),
            help=masked(advice[:_LONGEST], self.known),
            file=self.file,
            line=line,
            column=column,
            width=max(width, 1),
            source_line=self._masked_line(line)[first : first + 2 * _AROUND],
            source_column=first + 1,
        )

    def _masked_line(self, line: int) -> str:
        if line not in self._shown:
            text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            self._shown[line] = masked(text, self.known)
        return self._shown[line]


def read_bytes(path: Path) -> bytes:
    """Give the bytes of a suite file of at most 1 MiB; raises SuiteError."""
    try:
        with path.open("rb") as stream:
            body = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = Problem(code="E117", message=f"cannot read the suite: {reason}", file=str(path))
        raise SuiteError([problem]) from error
    if len(body) > LARGEST:
        problem = Problem(
            code="E126",
            message="the suite is larger than 1 MiB",
            help="move the cases into a dataset file: `dataset: {file: cases.jsonl, ...}`",
            file=str(path),
        )
        raise SuiteError([problem])
    return body


def as_source(body: bytes, file: str, known: tuple[str, ...] = ()) -> Source:
    """Give the text of UTF-8 bytes, with or without a BOM; raises SuiteError for anything else."""
    start = len(_BOM) if body.startswith(_BOM) else 0
    try:
        text = body[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError([_undecodable(body, start + error.start, file)]) from error
    lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
    source = Source(file=file, text=text, lines=lines, known=known)
    problems = []
    for match in _CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        message = f"control character U+{ord(match.group()):04X}"
        advice = "remove it, or write it as an escape inside double quotes"
        problems.append(source.problem("E112", message, advice, line=line, column=column))
        if len(problems) == 100:
            break
    if problems:
        raise SuiteError(problems)
    return source


def _undecodable(body: bytes, offset: int, file: str) -> Problem:
    line_start = body.rfind(b"\n", 0, offset) + 1
    before = body[line_start:offset].removeprefix(_BOM).decode("utf-8", "replace")
    wide = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    advice = "the file is UTF-16: save it as UTF-8" if wide else "save the file as UTF-8"
    return Problem(
        code="E112",
        message=f"byte 0x{body[offset]:02x} at offset {offset} is not UTF-8",
        help=advice,
        file=file,
        line=body.count(b"\n", 0, offset) + 1,
        column=len(before) + 1,
    )
