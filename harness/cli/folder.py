"""Run folders: made, found, filled."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from harness.data.dossier import Artifact
from harness.durable import give_name
from harness.errors import StoreError, UsageError

RUNS = Path("runs")
"""Where runs go unless told otherwise."""
FOLDERS = ("media", "report_files")
"""Below a run folder, for what is beside its reports."""
_PROBE_BYTES = 65_536
"""Written to a new run folder to see that there is room: about what an empty run takes."""


def make_folder(folder: Path) -> bool:
    """Make a run folder and prove that it can be written to; give whether it is new.

    Raises UsageError before anything is sent.
    """
    try:
        if (folder / "run.sqlite").exists():
            raise UsageError(
                f"{folder}: already holds a run; choose another --out, or go on with "
                f"--resume {folder}"
            )
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    probe = folder / ".probe"
    try:
        with probe.open("wb") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())  # some file systems find out only then that they are full
    except OSError as error:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
        if is_new:
            _remove(folder)
        raise _unwritable(folder, error) from error
    with suppress(OSError):
        probe.unlink()
    return is_new


def _unwritable(folder: Path, error: OSError) -> UsageError:
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return UsageError(
        f"{folder}: the output folder cannot be written: {error.strerror or error}; "
        f"{'make room, or ' if is_full else ''}choose another with --out"
    )


def discard_folder(folder: Path, *, is_new: bool) -> None:
    """Remove what a run that never started left behind."""
    for name in ("run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.lock"):
        with suppress(OSError):  # what ended the run is what is told
            (folder / name).unlink(missing_ok=True)
    if is_new:
        _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent == RUNS:
        with suppress(OSError):
            RUNS.rmdir()  # goes when it is empty


def find_run(name: str) -> Path:
    """Give the folder of a run: a path, or a name (or its beginning) below `runs/`.

    Raises StoreError when there is none, or the beginning fits several.
    """
    path = Path(name)
    if path.name == "run.sqlite":
        path = path.parent
    if (path / "run.sqlite").is_file():
        return path
    found = sorted(p for p in RUNS.glob("*") if (p / "run.sqlite").is_file()) if name else []
    matching = [p for p in found if p.name.startswith(name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise StoreError(f"{name}: fits {len(matching)} runs, the first is {matching[0].name}")
    raise StoreError(f"{name}: is not a run folder; `revgate list` shows the runs there are")


def write_artifact(folder: Path, artifact: Artifact) -> None:
    """Write a report whole or not at all: to a temporary file, then renamed.

    Raises OSError. The store's own names are refused, and every folder but `FOLDERS`.
    """
    beside = next((f"{kept}/" for kept in FOLDERS if artifact.name.startswith(f"{kept}/")), "")
    name = artifact.name.removeprefix(beside)
    is_plain = bool(name) and Path(name).name == name and not name.startswith(".")
    if not is_plain or artifact.name.startswith(("run.sqlite", "run.lock")):
        raise UsageError(f"a reporter wants to write {artifact.name!r}: not a name for a report")
    final = folder / artifact.name
    if name != artifact.name:
        final.parent.mkdir(exist_ok=True)
    temporary = final.with_name(final.name + ".part")
    try:
        with temporary.open("wb") as file:
            for chunk in artifact.chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        give_name(temporary, final)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
