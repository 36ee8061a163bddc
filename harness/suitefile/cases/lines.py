"""Reads a dataset line by line, decoding none that is too long."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from harness.jsonvalue import Json

LONGEST_ROW = 16 << 20
"""Bytes of one row."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a dataset."""

    line: int
    """From 1; of its first line."""
    values: dict[str, Json]
    text: str = field(repr=False)
    """As it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be read."""

    line: int
    column: int
    """From 1; 0: the row as a whole."""
    code: str
    message: str
    text: str = field(default="", repr=False)


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes] | BadRow]:
    """Give (line number, bytes) split at LF only; ends after a line that is too long."""
    number = 0
    while body := stream.readline(LONGEST_ROW + 1):
        number += 1
        if len(body) > LONGEST_ROW:
            message = f"the row is longer than {LONGEST_ROW >> 20} MiB"
            yield BadRow(line=number, column=0, code="E126", message=message)
            return
        yield number, body.removeprefix(_BOM) if number == 1 else body


def decoded(number: int, body: bytes) -> str | BadRow:
    """Give the text of a line's bytes, or what is wrong with them."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{body[error.start]:02x} at offset {error.start} of the line is not UTF-8"
        column = len(body[: error.start].decode("utf-8")) + 1
        return BadRow(line=number, column=column, code="E112", message=message)
