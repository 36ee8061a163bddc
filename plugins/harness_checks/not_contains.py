"""Is this text absent from the answer?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._text import SHORT, quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """What must not occur in the answer."""

    value: str
    ignore_case: bool = False


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Look for the value anywhere in the text of the answer; finding it is a failure."""
    wanted, text = arguments.value, output.text
    if arguments.ignore_case:
        wanted, text = wanted.casefold(), text.casefold()
    place = text.find(wanted)
    if place < 0:
        return Finding(
            check="not_contains", ok=True, message=f"{quoted(arguments.value)} is absent"
        )
    around = text[max(0, place - SHORT // 3) :]
    message = f"{quoted(arguments.value)} found at character {place}: {quoted(around)}"
    return Finding(check="not_contains", ok=False, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say that an empty value is contained in everything."""
    return None if arguments.value else "`value` is empty: every answer contains it"


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="not_contains",
            judge=judge,
            arguments=Arguments,
            summary="`value` does not occur in the answer",
            problem=problem,
        )
    ]
