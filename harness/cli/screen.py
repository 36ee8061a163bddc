"""Writes to the terminal: results to stdout, everything else to stderr, nothing untrusted raw."""

import contextlib
import sys
from collections.abc import Sequence
from typing import TextIO

from harness.emit import display_width, log_line


def show(text: str) -> None:
    """Write a result line to stdout."""
    _write(sys.stdout, text)


def tell(text: str) -> None:
    """Write a line about the work to stderr."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    safe = log_line(text).encode(encoding, "backslashreplace").decode(encoding)
    with contextlib.suppress(BrokenPipeError, ValueError):
        stream.write(safe + "\n")
        stream.flush()


def table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
    """Give rows as aligned columns, the first row being the heads."""
    widths = [max(display_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        indent
        + "  ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
