"""The demo's weights: files beside this module whose digest is the revision."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files

SENTIMENT_BEFORE = "reviews-sentiment-a"
SENTIMENT_AFTER = "reviews-sentiment-b"
SUMMARY_BEFORE = "lead-summarizer-a"
SUMMARY_AFTER = "lead-summarizer-b"

Weights = Mapping[str, bytes]
"""File name -> content: everything one revision is made of."""


def read_weights(name: str) -> Weights:
    """Give the files of the revision stored under `name`, sorted by file name."""
    folder = files("harness_demo") / "weights" / name
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.is_file()
    }


def revision_of(weights: Weights) -> str:
    """Give the revision: the first 40 hex digits of a sha256 over sorted names and contents.

    Each name and each content goes in with its length before it, eight bytes little-endian.
    """
    digest = hashlib.sha256()
    for name in sorted(weights):
        for part in (name.encode(), weights[name]):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()[:40]
