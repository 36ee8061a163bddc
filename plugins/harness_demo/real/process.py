"""One process per revision: two releases of a package cannot be imported side by side."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness_demo.real import worker
from harness_demo.real.failure import RealDemoError
from harness_demo.real.wheels import Wheel
from harness_demo.served import InputError

# With two threads a small model waits for its neighbours; with one it does not.
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in THREADS}
COMPLAINT_BYTES = 2_000
EXIT_S = 5.0


class RevisionProcess:
    """Answers with the package installed in `folder`; safe to call from several threads."""

    def __init__(
        self,
        wheel: Wheel,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        start_timeout_s: float = 60.0,
    ) -> None:
        self.wheel = wheel
        self.lock = threading.Lock()
        self._folder = folder
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the child
        self._start_timeout_s = start_timeout_s
        # -P: the worker's own folder stays off its path; numpy comes from our environment.
        self._child = subprocess.Popen(  # noqa: S603  our own interpreter and script
            [sys.executable, "-P", str(worker.__file__), wheel.kind, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=dict(os.environ if environment is None else environment) | ONE_THREAD,
        )

    def wait_until_ready(self) -> Mapping[str, Any]:
        """Give the worker's first line: `version`, `path`, `load_s`.

        Raises RealDemoError when the package does not load, or is not the release it should be.
        """
        patience = threading.Timer(self._start_timeout_s, self._child.kill)
        patience.start()
        try:
            ready = self._heard()
        finally:
            patience.cancel()
        if ready.get("version") != self.wheel.version:
            raise RealDemoError(
                f"{self._folder} holds {self.wheel.name} {ready.get('version')}, not "
                f"{self.wheel.version}. Delete the folder, then try again."
            )
        return ready

    def predict(self, payload: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
        """Give one ranking of `{"label", "score"}` per text of `payload["inputs"]`.

        Raises InputError for a wrong request, RealDemoError when the model or its process broke.
        """
        request = {name: payload[name] for name in ("inputs", "parameters") if name in payload}
        line = json.dumps(request).encode() + b"\n"
        with self.lock:
            answer = self._exchanged(line)
        if "error" in answer:
            raise InputError(answer["error"])
        if "failure" in answer:
            name = f"{self.wheel.name} {self.wheel.version}"
            raise RealDemoError(f"{name} failed on a text: {answer['failure']}")
        rankings: list[list[dict[str, Any]]] = answer["answer"]
        return rankings

    def close(self) -> None:
        """End the worker by closing its stdin; a second call does nothing."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            self._child.wait(EXIT_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._stdout.close()
        self._complaints.close()

    @property
    def _stdin(self) -> Any:
        return self._child.stdin

    @property
    def _stdout(self) -> Any:
        return self._child.stdout

    def _exchanged(self, line: bytes) -> dict[str, Any]:
        try:
            self._stdin.write(line)
            self._stdin.flush()
        except (BrokenPipeError, ValueError):
            raise self._end() from None
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        line = self._stdout.readline()
        if not line.endswith(b"\n"):
            raise self._end()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> RealDemoError:
        """Give the error for a worker that is gone, with the last of what it said."""
        name = f"{self.wheel.name} {self.wheel.version}"
        if self._complaints.closed:
            return RealDemoError(f"{name} was closed. Start the demonstration again.")
        self._child.kill()
        code = self._child.wait()
        end_byte = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, end_byte - COMPLAINT_BYTES))
        said = self._complaints.read().decode("utf-8", "replace").strip()
        return RealDemoError(
            f"the process of {name} ended (exit code {code}).\n{said or 'It said nothing.'}\n"
            f"If it cannot load, delete {self._folder}, then start the demonstration again."
        )
