"""Says whether an installed package folder still holds what pip put there."""

import base64
import csv
import hashlib
from pathlib import Path


def is_whole(folder: Path) -> bool:
    """Compare every file with the digests pip recorded; False when one is missing or differs.

    The record is `*.dist-info/RECORD` (PyPA, "Recording installed projects"). A cache is cleaned by
    strangers, so that a folder exists says little.
    """
    records = list(folder.glob("*.dist-info/RECORD"))
    if len(records) != 1:
        return False
    try:
        with records[0].open(encoding="utf-8", newline="") as lines:
            return all(_is_same(folder, row[0], row[1]) for row in csv.reader(lines) if row)
    except (OSError, ValueError, IndexError):
        return False


def _is_same(folder: Path, name: str, digest: str) -> bool:
    # Scripts are listed relative to a prefix that `--target` does not have.
    if name.startswith("..") or not digest:
        return True
    algorithm, _, expected = digest.partition("=")
    found = hashlib.new(algorithm, (folder / name).read_bytes()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == expected
