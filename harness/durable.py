"""Gives finished files their names for good."""

import os
from contextlib import suppress
from pathlib import Path


def give_name(unfinished: Path, final: Path) -> None:
    """Rename a file whose content is on the disk; its name survives a power cut then too.

    Raises OSError when it cannot be renamed. Where folders cannot be synced, the system says when
    the name is on the disk.
    """
    unfinished.replace(final)
    with suppress(OSError):
        number = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
