"""Is the answer neither too short nor too long?"""

from dataclasses import dataclass
from typing import Literal

from harness.api import Case, Check, Finding, Output, hookimpl


@dataclass(frozen=True, slots=True)
class Arguments:
    """Bounds, both included; at least one is given. Words are what white space separates."""

    min: int | None = None
    max: int | None = None
    unit: Literal["characters", "words"] = "characters"


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Count the text of the answer as it is."""
    text, least, most = output.text, arguments.min, arguments.max
    length = len(text.split()) if arguments.unit == "words" else len(text)
    ok = (least is None or length >= least) and (most is None or length <= most)
    message = f"{length} {arguments.unit}, expected {_range(least, most)}"
    return Finding(check="length_between", ok=ok, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say that bounds are missing, negative, or the wrong way round."""
    least, most = arguments.min, arguments.max
    if least is None and most is None:
        return "give `min`, `max` or both"
    if (least is not None and least < 0) or (most is not None and most < 0):
        return "a length is never below 0"
    if least is not None and most is not None and least > most:
        return f"`min` {least} is above `max` {most}: no answer can pass"
    return None


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="length_between",
            judge=judge,
            arguments=Arguments,
            summary="the answer has `min` to `max` characters, or words",
            problem=problem,
        )
    ]
