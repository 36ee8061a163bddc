"""Lines for a terminal: words with an ink; whoever writes them knows colours and escapes."""

from dataclasses import dataclass
from typing import Literal

Ink = Literal["plain", "strong", "quiet", "good", "bad", "unsure", "removed", "added"]
"""What words mean, not how they look; a reader without colours must not need it."""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of one line; may hold anything, it is made safe where it is written."""

    text: str
    ink: Ink = "plain"


Line = tuple[Words, ...]
