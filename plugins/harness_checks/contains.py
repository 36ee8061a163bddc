"""Does this text occur in the answer?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """What must occur in the answer."""

    value: str
    ignore_case: bool = False


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Look for the value anywhere in the text of the answer."""
    wanted, text = arguments.value, output.text
    if arguments.ignore_case:
        wanted, text = wanted.casefold(), text.casefold()
    ok = wanted in text
    found = "found" if ok else "not found"
    message = f"{quoted(arguments.value)} {found} in {quoted(output.text)}"
    if not ok and wanted.casefold() in text.casefold():
        message += "; it is there in other upper and lower case"
    return Finding(check="contains", ok=ok, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say that an empty value is contained in everything."""
    return None if arguments.value else "`value` is empty: every answer contains it"


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    summary = "`value` occurs in the answer"
    return [
        Check(name="contains", judge=judge, arguments=Arguments, summary=summary, problem=problem)
    ]
