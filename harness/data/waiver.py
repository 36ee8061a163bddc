"""Known differences that a person accepted, and what became of each in a comparison."""

from dataclasses import dataclass
from typing import Literal

WaiverStatus = Literal["used", "unused", "expired", "mismatched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One case that may fail under one revision of the candidate, until a day."""

    case: str
    """The id it had when it was accepted: for people, the digest is what counts."""
    digest: str
    """Of the case's content: inputs, parameters, expectation; 64 hex digits."""
    revision: str
    """Of the candidate."""
    reason: str
    by: str
    """Who accepted it."""
    accepted: str
    """The day it was, `2026-11-21`."""
    expires: str
    """The last day it counts, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers of a suite as a file holds them."""

    file: str = ""
    sha256: str = ""
    """Of the file's bytes; empty: there is no such file."""
    entries: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """What became of a waiver in one comparison."""

    waiver: Waiver
    status: WaiverStatus
    note: str
    """One sentence: what it did, or why it did nothing and what to do."""
