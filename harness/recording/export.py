"""Writes the recording of a run; refuses when a secret would be in it."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from harness import redact
from harness.data.exchange import Exchange
from harness.data.noun import replace
from harness.data.suite import Case
from harness.durable import give_name
from harness.errors import RecordingError
from harness.jsonvalue import canonical
from harness.recording.entry import FORMAT, Entry, as_entry, canonical_body, entry_line


def write_recording(
    path: Path, exchanges: Iterable[tuple[Case, Exchange]], *, suite: str, secrets: tuple[str, ...]
) -> int:
    """Write every measured exchange in plan order; give how many. Stored answers were not called.

    Known secrets and whatever looks like a credential are removed first. Raises RecordingError,
    and leaves an older file as it was, when one survives or the file cannot be written.
    """
    head = {"revgate_recording": FORMAT, "suite": suite}
    temporary = _part_of(path)
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(canonical(head) + b"\n")
            for case, exchange in exchanges:
                if exchange.repeat < 0 or exchange.is_stored:
                    continue
                entry = _clean(as_entry(case, exchange), secrets)
                line = _without(entry_line(entry), secrets)
                if _holds_secret(entry, line, secrets):
                    raise RecordingError(
                        f"{path}: not written: the answer to case {entry.case} holds something "
                        "that looks like a credential and could not be removed"
                    )
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        give_name(temporary, path)
    except OSError as error:
        raise RecordingError(f"{path}: the recording cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


def prove_writable(path: Path) -> None:
    """Raise RecordingError when a recording cannot be written there, before a call is made."""
    part = _part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        part.write_bytes(b"\n")  # a full disk takes an empty file
        part.unlink()
    except OSError as error:
        raise RecordingError(f"{path}: the recording cannot be written: {error}") from error


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _clean(entry: Entry, secrets: tuple[str, ...]) -> Entry:
    """Remove secrets from the bodies before they are packed: base64 would hide them."""
    return replace(
        entry,
        request_body=_without(entry.request_body, secrets),
        body=_without(entry.body, secrets),
    )


def _without(body: bytes, secrets: tuple[str, ...]) -> bytes:
    return redact.remove_patterns(redact.remove(body, secrets))


def _holds_secret(entry: Entry, line: bytes, secrets: tuple[str, ...]) -> bool:
    """Whether a secret is left, be it behind the escapes of JSON inside a body."""
    bodies = (entry.request_body, entry.body)
    looked_at = (line, *bodies, *(canonical_body(body) for body in bodies))
    return any(redact.survivors(place, secrets) for place in looked_at)
