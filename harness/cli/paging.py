"""Shows long output page by page on a terminal, through the pager the user has chosen."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TextIO

from harness.cli.screen import show
from harness.cli.stopping import ignore_ctrl_c

_LESS = "FRX"
"""What `less` does unless told otherwise: end at once on one screen, keep colours, leave the
screen as it is."""


def pager_of(environ: Mapping[str, str], streams: Iterable[TextIO | None]) -> list[str]:
    """Give the pager's command; empty: none is wanted, or these streams are no terminal.

    `REVGATE_PAGER` goes before `PAGER`; empty or `cat` says no, as do `CI` and `TERM=dumb`.
    """
    if environ.get("CI") or environ.get("TERM", "dumb") == "dumb":
        return []
    if not all(stream is not None and stream.isatty() for stream in streams):
        return []
    chosen = environ.get("REVGATE_PAGER", environ.get("PAGER", "less"))
    try:
        command = shlex.split(chosen)
    except ValueError:
        return []
    if not command or command == ["cat"] or shutil.which(command[0]) is None:
        return []
    return command


def show_paged(lines: Iterable[str], pager: list[str], environ: Mapping[str, str]) -> None:
    """Show lines that are safe already; without a pager, or when it cannot start, straight."""
    process = _start(pager, environ) if pager else None
    if process is None or process.stdin is None:
        for line in lines:
            show(line)
        return
    with ignore_ctrl_c():  # it is meant for the pager, not for us
        try:
            with suppress(BrokenPipeError):  # the reader has seen enough
                for line in lines:
                    process.stdin.write(line.encode("utf-8", "backslashreplace") + b"\n")
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()


def _start(pager: list[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes] | None":
    sys.stdout.flush()
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own choice, from their environment
            pager, stdin=subprocess.PIPE, env={"LESS": _LESS, **environ}
        )
    except OSError:
        return None
