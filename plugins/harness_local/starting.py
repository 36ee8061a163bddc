"""Starts the process of a local model, and ends it."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from harness.api import HarnessError, Target
from harness_local.coverage import refusal_of

# -P: the folder revgate is started in stays off the path, whatever lies there.
WORKER = (sys.executable, "-P", "-m", "harness_local.worker")
CONSENT = "REVGATE_TRUST_REMOTE_CODE"
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
COMPLAINT_BYTES = 2_000
EXIT_S = 5.0


class LocalModelError(HarnessError):
    """A local model that cannot be loaded; the text says why and what to do."""


@contextmanager
def start(
    target: Target,
    task: str,
    *,
    command: Sequence[str] = WORKER,
    environ: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Give the origin of a process that holds the target's model; it ends with the block.

    Also when this process is killed: it waits for the end of its stdin. Raises LocalModelError
    when the model cannot be loaded, with what the process said.
    """
    given = dict(os.environ if environ is None else environ)
    refusal = refusal_of(task) or _refused_code(target, given)
    if refusal:
        raise LocalModelError(refusal)
    options = target.options
    threads = str(options.get("threads") or 1)
    calm = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603  our own interpreter and module
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=given | calm | {f"{library}_NUM_THREADS": threads for library in THREADS},
        )
        try:
            yield _origin(child, _specification(target, task), complaints, _patience_s(target))
        finally:
            _end(child)


def _origin(
    child: subprocess.Popen[bytes], specification: bytes, complaints: IO[bytes], patience_s: float
) -> str:
    """Say what is to be loaded, wait for it; raises LocalModelError."""
    assert child.stdin is not None  # noqa: S101  pipes were asked for
    assert child.stdout is not None  # noqa: S101  as above
    too_long = threading.Event()

    def give_up() -> None:
        too_long.set()
        child.kill()

    patience = threading.Timer(patience_s, give_up)
    patience.daemon = True
    patience.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(specification)
            child.stdin.flush()
        line = child.stdout.readline()
    finally:
        patience.cancel()
    if too_long.is_set():
        raise LocalModelError(
            f"it was not loaded within {patience_s:g} s: raise the target's start_timeout_s"
        )
    try:
        said = json.loads(line)
    except ValueError:
        child.kill()
        code = child.wait()
        words = _last_words(complaints) or "it said nothing"
        raise LocalModelError(
            f"its process ended (exit code {code}) while loading: {words}"
        ) from None
    if "origin" not in said:
        raise LocalModelError(str(said.get("refused")))
    return str(said["origin"])


def _specification(target: Target, task: str) -> bytes:
    options = target.options
    value = {
        "task": task,
        "model": target.model,
        "revision": target.revision,
        "device": options.get("device") or "cpu",
        "dtype": options.get("dtype") or "float32",
        "threads": options.get("threads") or 1,
        "trust_remote_code": options.get("trust_remote_code") is True,
    }
    return json.dumps(value).encode() + b"\n"


def _patience_s(target: Target) -> float:
    given = target.options.get("start_timeout_s")
    return float(given) if isinstance(given, int | float) and given > 0 else 600.0


def _refused_code(target: Target, environ: Mapping[str, str]) -> str | None:
    """Give why code of the repository may not run: a suite alone cannot make it."""
    if target.options.get("trust_remote_code") is not True or environ.get(CONSENT) == "1":
        return None
    return (
        f"trust_remote_code runs Python code of {target.model} with your rights, and a suite "
        f"alone may not ask for that: read the code at this revision, then set {CONSENT}=1"
    )


def _last_words(complaints: IO[bytes]) -> str:
    end_byte = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, end_byte - COMPLAINT_BYTES))
    return complaints.read().decode("utf-8", "replace").strip()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the process by closing its stdin; kill it when that is not enough."""
    assert child.stdin is not None  # noqa: S101  a pipe was asked for
    assert child.stdout is not None  # noqa: S101  as above
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()
    try:
        child.wait(EXIT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    child.stdout.close()
