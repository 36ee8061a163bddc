"""Reads the rows of a CSV dataset (RFC 4180, comma, UTF-8, header row)."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from harness.jsonvalue import Json
from harness.suitefile.cases.lines import LONGEST_ROW, BadRow, Row, decoded, lines_of


def csv_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    """Give the rows below the header row, in order."""
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
        self._source = lines_of(stream)
        self._line = 0

    def _feed(self) -> Iterator[str]:
        for item in self._source:
            text = item if isinstance(item, BadRow) else decoded(*item)
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
