"""Opens files beside a suite, and no others."""

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from harness.errors import HarnessError


class PathError(HarnessError):
    """A path that may not, or cannot, be read; `code` is E117 or E118."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def inside(folder: Path, written: str) -> Path:
    """Give the regular file that a suite in `folder` names; raises PathError.

    The path is relative, has no `..`, and no part of it below `folder` is a symbolic link.
    """
    shown = repr(written if len(written) <= 80 else written[:79] + "…")
    parts = PurePosixPath(written).parts
    if "\\" in written:
        raise PathError("E118", f"{shown} has a backslash; write / between folders")
    if not written.isprintable():
        raise PathError("E118", f"{shown} has a character that no file name should have")
    windows = PureWindowsPath(written)
    if ".." in parts or PurePosixPath(written).is_absolute() or windows.drive or windows.root:
        raise PathError("E118", f"{shown} is outside the suite root")
    here = folder
    mode = stat.S_IFDIR
    for part in parts:
        here /= part
        try:
            mode = here.lstat().st_mode
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a file name"
            raise PathError("E117", f"cannot read {shown}: {reason}") from error
        if stat.S_ISLNK(mode):
            raise PathError("E118", f"{shown} leads through a symbolic link ({part!r})")
    if not stat.S_ISREG(mode):
        raise PathError("E117", f"{shown} is not a regular file")
    return here


def open_inside(folder: Path, written: str) -> BinaryIO:
    """Open the file that a suite in `folder` names, for reading bytes; raises PathError."""
    path = inside(folder, written)
    # The last part may have been replaced since it was looked at; a pipe must not block us.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
    except OSError as error:
        raise PathError("E117", f"cannot read {written!r}: {error.strerror}") from error
    stream = os.fdopen(number, "rb")
    if not stat.S_ISREG(os.fstat(number).st_mode):
        stream.close()
        raise PathError("E117", f"{written!r} is not a regular file")
    return stream
