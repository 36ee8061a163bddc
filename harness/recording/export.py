"""Writes the recording of a run; refuses when a secret would be in it."""

import os
from collections.abc import Iterable
from pathlib import Path

from harness import redact
from harness.data.exchange import Exchange
from harness.data.suite import Case
from harness.errors import RecordingError
from harness.jsonvalue import canonical
from harness.recording.entry import FORMAT, as_entry, entry_line


def write_recording(
    path: Path, exchanges: Iterable[tuple[Case, Exchange]], *, suite: str, secrets: tuple[str, ...]
) -> int:
    """Write every measured exchange in plan order; give how many.

    Known secrets and whatever looks like a credential are removed first. Raises RecordingError,
    and leaves an older file as it was, when one survives or the file cannot be written.
    """
    head = {"revgate_recording": FORMAT, "suite": suite}
    temporary = path.with_name(path.name + ".part")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(canonical(head) + b"\n")
            for case, exchange in exchanges:
                if exchange.repeat < 0:
                    continue
                entry = as_entry(case, exchange)
                line = _clean(entry_line(entry), secrets)
                if redact.survivors(line, secrets):
                    raise RecordingError(
                        f"{path}: not written: the answer to case {entry.case} holds something "
                        "that looks like a credential and could not be removed"
                    )
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise RecordingError(f"{path}: the recording cannot be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _clean(line: bytes, secrets: tuple[str, ...]) -> bytes:
    return redact.remove_patterns(redact.remove(line, secrets))
