"""Looks at where runs are stored: a local disk with room, or a share that loses locks."""

import os
import re
import shutil
from pathlib import Path

from harness.doctor.nouns import Observation
from harness.units import format_bytes

_MOUNTS = Path("/proc/self/mounts")
_DISTANT = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|beegfs|gpfs|ocfs2|ncpfs|davfs|vboxsf"
    r"|fuse(?!blk|ctl)(\..*)?"
)
_LITTLE_BYTES = 500_000_000


def about_runs_folder(folder: Path, mounts: str | None = None) -> Observation:
    """Give what lies under the folder of runs, which need not be there yet."""
    there = _nearest(folder.absolute())
    kind = filesystem_of(there, _read_mounts() if mounts is None else mounts)
    words = f"{folder}: {kind or 'file system not told here'}"
    if not os.access(there, os.W_OK):
        return Observation(
            subject="runs",
            state="error",
            words=f"{words}, cannot be written",
            advice="stand elsewhere, or name a folder with `revgate run --out`",
        )
    free = shutil.disk_usage(there).free
    words = f"{words}, {format_bytes(free)} free"
    if _DISTANT.fullmatch(kind):
        return Observation(
            subject="runs",
            state="warning",
            words=words,
            advice="SQLite needs locks that network file systems do not keep: store runs on a "
            "local disk with `revgate run --out`, and copy them afterwards",
        )
    if free < _LITTLE_BYTES:
        advice = "a run that cannot be saved stops: make room"
        return Observation(subject="runs", state="warning", words=words, advice=advice)
    return Observation(subject="runs", words=words)


def filesystem_of(path: Path, mounts: str) -> str:
    """Give the type of the file system a path lies on, from the lines of `/proc/mounts`.

    Empty when no line says so.
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(_unescaped(parts[1]))
        # Of two mounts at one place the later one hides the earlier.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)


def _nearest(path: Path) -> Path:
    """Give the path, or the first folder above it that is there, links followed."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.resolve()


def _read_mounts() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
