"""Tells the codings a body came in, and which of them are decoded."""

from collections.abc import Mapping

DECODED = frozenset({"gzip", "x-gzip", "deflate"})
"""One of these alone is decoded as it arrives."""
_CHANGES_NOTHING = frozenset({"", "identity", "none"})


def coding_of(headers: Mapping[str, str]) -> str:
    """Give the codings headers state, in lower case with commas between; empty: as it is."""
    words = headers.get("content-encoding", "").lower().split(",")
    return ",".join(name for word in words if (name := word.strip()) not in _CHANGES_NOTHING)
