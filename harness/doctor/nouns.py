"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was found of one thing, and what to do about it."""

    subject: str
    state: State = "ok"
    """`note`: nothing is wrong, something is missing that may be wanted. `error`: runs fail."""
    words: str
    advice: str = ""
