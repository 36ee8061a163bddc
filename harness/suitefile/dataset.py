"""Reads the rows of a dataset one after the other, JSON Lines or CSV."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from harness.jsonvalue import Json, parse_json

LONGEST_ROW = 16 << 20
"""Bytes of one row."""
SUFFIXES = (".jsonl", ".ndjson", ".csv")

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


def read_rows(stream: BinaryIO, file: str) -> Iterator[Row | BadRow]:
    """Give the rows of a stream in order; `file`'s suffix says which format it is.

    A bad row is given as such and reading goes on, where it can.
    """
    return _csv_rows(stream) if file.lower().endswith(".csv") else _json_rows(stream)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes] | BadRow]:
    """Give (line number, bytes) split at LF only; ends after a line that is too long."""
    number = 0
    while body := stream.readline(LONGEST_ROW + 1):
        number += 1
        if len(body) > LONGEST_ROW:
            message = f"the row is longer than {LONGEST_ROW >> 20} MiB"
            yield BadRow(line=number, column=0, code="E126", message=message)
            return
        yield number, body.removeprefix(_BOM) if number == 1 else body


def _decoded(number: int, body: bytes) -> str | BadRow:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{body[error.start]:02x} at offset {error.start} of the line is not UTF-8"
        column = len(body[: error.start].decode("utf-8")) + 1
        return BadRow(line=number, column=column, code="E112", message=message)


def _json_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    for item in _lines(stream):
        if isinstance(item, BadRow):
            yield item
            continue
        number, body = item
        if not body.strip():
            continue
        text = _decoded(number, body)
        yield text if isinstance(text, BadRow) else _json_row(number, body, text.rstrip("\r\n"))


def _json_row(number: int, body: bytes, text: str) -> Row | BadRow:
    try:
        values = parse_json(body)
    except ValueError as error:
        column = getattr(error, "colno", 1)
        message = f"not JSON: {getattr(error, 'msg', error)}"
        return BadRow(line=number, column=column, code="E125", message=message, text=text)
    if not isinstance(values, dict):
        message = "a row must be a JSON object"
        return BadRow(line=number, column=1, code="E125", message=message, text=text)
    # The parser keeps the last of two equal keys silently. A flat row has as many colons as keys,
    # so only rows with more of them are read a second time.
    if body.count(b":") != len(values) and (twice := _repeated_key(text)) is not None:
        message = f"duplicate key {twice!r} in the row"
        return BadRow(line=number, column=1, code="E101", message=message, text=text)
    return Row(line=number, values=values, text=text)


def _repeated_key(text: str) -> str | None:
    repeated: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.append(next(key for key in keys if keys.count(key) > 1))
        return members

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return None  # was read as JSON once already
    return repeated[0] if repeated else None


def _csv_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    table = _CsvTable(stream)
    header: list[str] | None = None
    for line, cells in table:
        if isinstance(cells, BadRow):
            yield cells
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            wrong = next((n for n in header if not n or header.count(n) > 1), None)
            if wrong is not None:
                what = f"column {wrong!r} twice" if wrong else "a column without a name"
                message = f"the header row has {what}"
                yield BadRow(line=line, column=1, code="E125", message=message, text=table.text)
                return
        elif len(cells) != len(header):
            message = f"the row has {len(cells)} cells, the header {len(header)}"
            yield BadRow(line=line, column=1, code="E125", message=message, text=table.text)
        else:
            values: dict[str, Json] = dict(zip(header, cells, strict=True))
            yield Row(line=line, values=values, text=table.text)


class _CsvTable:
    """The records of a CSV stream, with the text each was read from."""

    def __init__(self, stream: BinaryIO) -> None:
        self.text = ""
        self._bad: BadRow | None = None
        self._source = _lines(stream)
        self._line = 0

    def _feed(self) -> Iterator[str]:
        for item in self._source:
            text = item if isinstance(item, BadRow) else _decoded(*item)
            if isinstance(text, BadRow):
                self._bad = text
                return
            self._line += 1
            self.text = self.text + text if len(self.text) < LONGEST_ROW else self.text
            yield text

    def __iter__(self) -> Iterator[tuple[int, list[str] | BadRow]]:
        reader = csv.reader(self._feed(), strict=True)
        while True:
            self.text, first = "", self._line + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield (
                    first,
                    BadRow(
                        line=first,
                        column=1,
                        code="E125",
                        message=f"not CSV: {error}",
                        text=self.text,
                    ),
                )
                return  # where the next record starts is anyone's guess
            self.text = self.text.rstrip("\r\n")
            if self._bad is not None:
                yield first, self._bad
                return
            if cells is None:
                return
            if cells:
                yield first, cells
