"""Shows a run go by: a live bar on a terminal, plain lines elsewhere."""

import os
import sys
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Any, Self

from harness.cli.screen import tell
from harness.data.record import Record
from harness.emit import log_line, one_line

_PLAIN_EVERY_S = 10.0
_MOST_LINES = 20


class Progress:
    """A pipeline listener that writes to stderr."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._lock = threading.Lock()
        self._states: Counter[str] = Counter()
        self._total = 0
        self._faults_told = 0
        self._last_told = time.monotonic()
        self._live: Any = None
        self._bar: Any = None

    def __enter__(self) -> Self:
        """Show progress within a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def planned(self, calls: int, pending: int) -> None:
        """Open the bar."""
        self._total = pending
        if self._quiet:
            return
        if _is_terminal():
            self._open_bar(calls - pending, calls)
        elif pending < calls:
            tell(f"{calls - pending} of {calls} calls are stored already; {pending} to go")

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        """Count a call; tell the first faults, and with -v every call."""
        state = record.state if record is not None else "skipped"
        with self._lock:
            self._states[state] += 1
            if self._verbose or (state == "fault" and self._faults_told < _MOST_LINES):
                self._faults_told += state == "fault"
                self._line(target, case_id, state, record)
            if self._live is not None:
                self._live.update(self._bar, advance=1, states=self._words())
            elif not self._quiet and time.monotonic() - self._last_told > _PLAIN_EVERY_S:
                self._last_told = time.monotonic()
                tell(f"{sum(self._states.values())}/{self._total} calls: {self._words()}")

    def warned(self, message: str) -> None:
        """Tell a warning."""
        tell(f"warning: {one_line(message, 300)}")

    def _line(self, target: str, case_id: str, state: str, record: Record | None) -> None:
        if self._quiet:
            return
        text = f"{state:>7}  {one_line(target, 20)}  {one_line(case_id, 50)}"
        if record is not None and record.fault is not None:
            text += f"  {record.fault.kind}: {one_line(record.fault.message, 120)}"
        if self._live is not None:
            self._live.console.print(log_line(text), markup=False, highlight=False, emoji=False)
        else:
            tell(text)

    def _words(self) -> str:
        return ", ".join(f"{count} {state}" for state, count in sorted(self._states.items()))

    def _open_bar(self, done: int, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._live = Bar(
            TextColumn("calls"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[states]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._live.start()
        self._bar = self._live.add_task("calls", total=total, completed=done, states="")


def _is_terminal() -> bool:
    return (
        sys.stderr is not None
        and sys.stderr.isatty()
        and os.environ.get("TERM") != "dumb"
        and os.environ.get("CI", "").lower() not in {"1", "true"}
    )
