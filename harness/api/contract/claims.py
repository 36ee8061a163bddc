"""Claims on what a plugin's functions give; one that does not hold is an AssertionError."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from harness.data.record import Finding

_Given = TypeVar("_Given")


def run(what: str, function: Callable[..., _Given], *arguments: object) -> _Given:
    """Give what the function gives; it may raise nothing."""
    try:
        return function(*arguments)
    except AssertionError:
        raise
    except (Exception, SystemExit) as error:
        raise AssertionError(f"{what} raised {type(error).__name__}: {error!s:.200}") from error


def tried(
    allowed: type[Exception], what: str, function: Callable[..., _Given], *arguments: object
) -> _Given | None:
    """Give what the function gives, None when it raises what it may."""
    try:
        return function(*arguments)
    except allowed:
        return None
    except (Exception, SystemExit) as error:
        raise AssertionError(
            f"{what} raised {type(error).__name__} ({error!s:.200}), "
            f"only {allowed.__name__} is allowed"
        ) from error


def claim(holds: object, message: str) -> None:
    """Raise AssertionError with the message unless it holds."""
    if not holds:
        raise AssertionError(message)


def claim_type(what: str, value: object, kind: Any) -> None:
    """Claim that a value is of a kind."""
    name = getattr(kind, "__name__", str(kind))
    claim(isinstance(value, kind), f"{what} gave a {type(value).__name__}, not a {name}")


def claim_name(name: str) -> None:
    """Claim that a plugin's name is one a suite can write."""
    is_name = re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name) is not None
    claim(is_name, f"{name!r} is not a name: lower-case words joined by - or _")


def claim_finding(what: str, finding: Finding) -> None:
    """Claim that a finding is well formed."""
    claim_type(what, finding, Finding)
    score = finding.score
    claim(score is None or 0 <= score <= 1, f"{what}: score {score} is outside 0..1")
    claim(isinstance(finding.ok, bool), f"{what}: ok is {finding.ok!r}, not true or false")
    claim(finding.message, f"{what} gave a finding without a message")


def finding_of(what: str, ask: Callable[..., Finding], *arguments: object) -> Finding:
    """Give the finding a function gives, claimed to be well formed."""
    finding = run(what, ask, *arguments)
    claim_finding(what, finding)
    return finding
