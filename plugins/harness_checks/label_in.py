"""Is the answer's top label one of these?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._text import joined, quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """The labels, upper and lower case told apart."""

    labels: list[str]


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Look the top label up among the allowed ones."""
    got = output.text
    message = f"expected label {joined(arguments.labels)}, got {quoted(got)}"
    if got not in arguments.labels and got.casefold() in map(str.casefold, arguments.labels):
        message += "; only upper and lower case differ"
    return Finding(check="label_in", ok=got in arguments.labels, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say that nothing is in an empty list."""
    return None if arguments.labels else "`labels` is empty: no answer can pass"


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    summary = "the top label is one of `labels`"
    return [
        Check(name="label_in", judge=judge, arguments=Arguments, summary=summary, problem=problem)
    ]
