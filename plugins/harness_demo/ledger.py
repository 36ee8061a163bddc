"""An independent count of what a server really received, for tests to hold against a report."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from harness_demo.served import RequestInfo


def digest_of_inputs(inputs: Any) -> str:
    """Give the sha256, 64 hex, of `inputs` as canonical JSON (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class Ledger:
    """An append-only JSON Lines file, one line a request, written before the answer.

    Keys: `ordinal`, `time_s` (epoch), `method`, `path`, `body_bytes`, `body_sha256`,
    `inputs_sha256` (null without `inputs`). No header is written, so no secret either.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = path.open("ab", buffering=0)
        self._clock = clock

    def write(self, request: RequestInfo) -> None:
        """Append one line in one write, so that lines of several threads never mix."""
        payload = request.payload
        has_inputs = isinstance(payload, dict) and "inputs" in payload
        line = {
            "ordinal": request.ordinal,
            "time_s": self._clock(),
            "method": request.method,
            "path": request.path,
            "body_bytes": len(request.body),
            "body_sha256": hashlib.sha256(request.body).hexdigest(),
            "inputs_sha256": digest_of_inputs(payload["inputs"]) if has_inputs else None,
        }
        self._file.write(json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class LedgerReader:
    """Reads a ledger while it grows, every line once."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0
        self._lines: list[dict[str, Any]] = []

    def lines(self) -> Sequence[dict[str, Any]]:
        """Give all lines so far, oldest first; one that is being written is not among them."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole = file.read().rpartition(b"\n")[0].split(b"\n")
        if whole != [b""]:
            self._lines += map(json.loads, whole)
            self._offset += sum(len(line) + 1 for line in whole)
        return self._lines


def read_ledger(path: Path) -> Sequence[dict[str, Any]]:
    """Give the lines of a ledger, as `LedgerReader.lines`."""
    return LedgerReader(path).lines()
