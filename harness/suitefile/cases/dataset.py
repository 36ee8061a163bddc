"""Reads the rows of a dataset one after the other, JSON Lines or CSV."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from harness.jsonvalue import may_repeat_keys, parse_json
from harness.suitefile.cases.csvrows import csv_rows
from harness.suitefile.cases.lines import BadRow, Row, decoded, lines_of

SUFFIXES = (".jsonl", ".ndjson", ".csv")


def read_rows(stream: BinaryIO, file: str) -> Iterator[Row | BadRow]:
    """Give the rows of a stream in order; `file`'s suffix says which format it is.

    A bad row is given as such and reading goes on, where it can.
    """
    return csv_rows(stream) if file.lower().endswith(".csv") else _json_rows(stream)


def _json_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    for item in lines_of(stream):
        if isinstance(item, BadRow):
            yield item
            continue
        number, body = item
        if not body.strip():
            continue
        text = decoded(number, body)
        yield text if isinstance(text, BadRow) else _json_row(number, text.rstrip("\r\n"))


def _json_row(number: int, text: str) -> Row | BadRow:
    try:
        body = text.encode()
        values = parse_json(body, keeps_last=True)
    except ValueError as error:
        column = getattr(error, "colno", 1)
        message = f"not JSON: {getattr(error, 'msg', error)}"
        return BadRow(line=number, column=column, code="E125", message=message, text=text)
    if not isinstance(values, dict):
        message = "a row must be a JSON object"
        return BadRow(line=number, column=1, code="E125", message=message, text=text)
    # The parser keeps the last of two equal keys silently.
    if may_repeat_keys(body, values) and (twice := _repeated_key(text)) is not None:
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
