"""What a file is by its own bytes: its type, its size, its length, and files inside an answer."""

from harness.media.found import FoundMedia, media_in
from harness.media.kinds import MediaKind, kind_of
from harness.media.measured import duration_of, media_words, size_of

__all__ = [
    "FoundMedia",
    "MediaKind",
    "duration_of",
    "kind_of",
    "media_in",
    "media_words",
    "size_of",
]
