"""Hands files to the process that decodes them, and ends it when it takes too long."""

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DEADLINE_S = 20.0
"""For one file, the start of the process included; a judge waits 30 s for a task."""

MOST_MEMORY = 2 << 30
"""Bytes of address space: 50 million pixels in four channels, three times over, and libraries."""

_CHILD = Path(__file__).with_name("_decoder_child.py")

_KEPT = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
)  # fmt: skip
"""Of the environment: what is needed to start. A decoder that was taken over finds no secret."""


class DecodingError(ValueError):
    """A file that cannot be decoded; the message ends a sentence: `which cannot be decoded (…)`."""


@dataclass(slots=True)
class Decoder:
    """One process that decodes, started when it is first needed; used by one thread at a time."""

    deadline_s: float = DEADLINE_S
    most_memory: int = MOST_MEMORY
    script: Path = _CHILD
    _process: "subprocess.Popen[bytes] | None" = None
    _owner: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def decode(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes] | None:
        """Give the head and the data of the reply; None where the library cannot be imported.

        Raises DecodingError. A process that dies or takes too long is replaced with the next file.
        """
        with self._lock:
            process = self._running()
            is_late = threading.Event()
            watch = threading.Timer(self.deadline_s, _end, (process, is_late))
            watch.daemon = True
            watch.start()
            try:
                reply = _ask(process, {**request, "bytes": len(body)}, body)
            except (OSError, ValueError):
                reply = None
            finally:
                watch.cancel()
            if reply is None:
                self._stop()
                died = f"its decoder ended with code {process.returncode}"
                took = f"decoding took longer than {self.deadline_s:g} s"
                raise DecodingError(took if is_late.is_set() else died)
        head, data = reply
        match head:
            case {"error": "Missing"}:
                return None
            case {"error": "TooLarge", "message": str(size)}:
                raise DecodingError(f"{size}, at most {request['most']:,} are decoded")
            case {"error": "MemoryError"}:
                raise DecodingError("which needs more memory than a decoder may have")
            case {"error": str(name)}:
                raise DecodingError(f"which cannot be decoded ({name})")
        return head, data

    def close(self) -> None:
        """End the process, if one runs."""
        with self._lock:
            self._stop()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._owner == os.getpid():
            if self._process.poll() is None:
                return self._process
            self._stop()
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - our own script, by its path
            [sys.executable, "-P", str(self.script), str(self.most_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for the judge, which saves what it has
        )
        self._owner = os.getpid()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not yet written cannot be any more
                    continue
        process.wait()


def has_decoder(library: str) -> bool:
    """Whether an optional library is installed, without importing it."""
    return find_spec(library) is not None


def _ask(
    process: "subprocess.Popen[bytes]", request: dict[str, Any], body: bytes
) -> tuple[dict[str, Any], bytes] | None:
    """Give the reply; None when the process ended before it was complete."""
    if process.stdin is None or process.stdout is None:
        return None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.write(body)
    process.stdin.flush()
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        return None
    head: dict[str, Any] = json.loads(line)
    data = process.stdout.read(head["bytes"])
    return (head, data) if len(data) == head["bytes"] else None


def _end(process: "subprocess.Popen[bytes]", is_late: threading.Event) -> None:
    is_late.set()
    process.kill()


DECODER = Decoder()
"""The one of this process: starting one for each file takes longer than most decoding."""
atexit.register(DECODER.close)
