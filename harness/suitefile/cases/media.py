"""Reads the files that cases send as their body."""

from pathlib import Path, PurePosixPath

from harness.data.suite import Media
from harness.jsonvalue import sha256_hex
from harness.suitefile.paths import PathError, inside, open_inside

LARGEST = 64 << 20
"""Bytes of one media file."""

# A table of our own: the system's differs from machine to machine.
_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
    ".m4a": "audio/m4a", ".webm": "audio/webm", ".mp4": "video/mp4",
}  # fmt: skip


def check_media(folder: Path, written: str) -> None:
    """Raise PathError when a file cannot be sent; reads nothing of it."""
    size = inside(folder, written).stat().st_size
    if size > LARGEST:
        raise PathError("E126", f"{written!r} is larger than {LARGEST >> 20} MiB")
    if size == 0:
        raise PathError("E117", f"{written!r} is empty")


def read_media(folder: Path, written: str) -> Media:
    """Give a file with its bytes; raises PathError."""
    with open_inside(folder, written) as stream:
        body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise PathError("E126", f"{written!r} is larger than {LARGEST >> 20} MiB")
    path = PurePosixPath(written)
    return Media(
        path=str(path),
        sha256=sha256_hex(body),
        body_bytes=len(body),
        media_type=_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        body=body,
    )
