"""What a worker is told, what it holds, and how it says no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class RefusedError(Exception):
    """The model is not served; the text is for people and says what to do."""


class QuestionError(ValueError):
    """A request that cannot be answered as it is; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What is to be loaded, and how."""

    task: str
    model: str
    revision: str | None
    """A commit; None: whatever the cache holds as the head."""
    device: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    trust_remote_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request: JSON taken apart, or the bytes of a file."""

    inputs: Any = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    root: Mapping[str, Any] = field(default_factory=dict)
    """What stands beside `inputs` and `parameters`: some tasks have their parameters there."""
    media: bytes | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file."""

    media_type: str
    body: bytes


Ask = Callable[[Question], Any]
"""Gives a value that `plain` makes JSON of, or a File; raises QuestionError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model ready to answer."""

    ask: Ask
    commit: str
    """Read off the loaded objects."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """For `GET /info`: versions, device, what was verified."""
