"""Writes to the terminal: results to stdout, everything else to stderr, nothing untrusted raw."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from harness.emit import display_width, log_line


class Painted(str):
    """A line that was made safe before colours of our own were added."""

    __slots__ = ()


def show(text: str) -> None:
    """Write a result line to stdout."""
    _write(sys.stdout, text if isinstance(text, Painted) else log_line(text))


def show_json(text: str, *, on_one_line: bool = False) -> None:
    """Write a JSON document to stdout: ASCII only, so that escapes keep it the same document."""
    value = json.loads(text)
    spelled = json.dumps(value, indent=None if on_one_line else 2, allow_nan=False)
    _write(sys.stdout, spelled.replace("##", "#\\u0023"))  # `#` occurs in strings only


def show_commands(text: str) -> None:
    """Write commands for a CI runner to stdout; their values were escaped when they were made."""
    if text:
        _write(sys.stdout, text)


def tell(text: str) -> None:
    """Write a line about the work to stderr."""
    _write(sys.stderr, log_line(text))


def may_paint(stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """Whether colours are welcome: on a terminal, unless `NO_COLOR` or `TERM=dumb` say no."""
    if stream is None or environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _write(stream: TextIO | None, safe: str) -> None:
    if stream is None:
        return  # closed before the process started
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(safe.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except (OSError, ValueError) as error:
        _give_up(stream)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            tell(f"warning: stdout cannot be written: {error}")


def _give_up(stream: TextIO) -> None:
    """Send the stream nowhere from now on; what is still in its buffer fails at exit otherwise."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


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
