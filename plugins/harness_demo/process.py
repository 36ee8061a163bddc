"""Starts a model server as a child process that never outlives its parent."""

import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

EXIT_S = 5.0


class ServerProcess:
    """A context manager around one child that prints `ready <url>` and exits at the end of stdin.

    `command` is the full command line; by default the demo server on `port` (0: a free one).
    Raises RuntimeError, with what the child wrote to stderr, when it ends before it is ready.
    """

    def __init__(self, command: Sequence[str] | None = None, *, port: int = 0) -> None:
        demo = (sys.executable, "-m", "harness_demo.server", "--port", str(port), "--until-eof")
        self._child = subprocess.Popen(  # noqa: S603  our own interpreter and module
            list(command or demo),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._child.stdout is not None  # noqa: S101  a pipe was asked for
        word, _, url = self._child.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise RuntimeError(f"the model server did not start: {self._end()}")
        self.url = url

    @property
    def process_id(self) -> int:
        """The child's process id."""
        return self._child.pid

    def close(self) -> int:
        """End the child by closing its stdin; gives its exit code."""
        self._end()
        return self._child.returncode

    def _end(self) -> str:
        try:
            _, complaint = self._child.communicate(timeout=EXIT_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            _, complaint = self._child.communicate()
        return str(complaint or "").strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
