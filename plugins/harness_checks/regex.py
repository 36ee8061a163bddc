"""Does a regular expression match somewhere in the answer?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._pattern import found, pattern_problem
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    r"""A pattern in RE2's syntax: `\d`, `\w` and `\b` are ASCII there, and `(?i)` ignores case."""

    pattern: str


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Look for the pattern anywhere in the text; `^` and `$` tie it to the ends."""
    ok = found(arguments.pattern, output.text)
    verb = "matches" if ok else "does not match"
    message = f"{quoted(arguments.pattern)} {verb} {quoted(output.text)}"
    return Finding(check="regex", ok=ok, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say why RE2 cannot take the pattern."""
    return pattern_problem(arguments.pattern)


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    summary = "`pattern` (RE2) matches somewhere in the answer"
    return [Check(name="regex", judge=judge, arguments=Arguments, summary=summary, problem=problem)]
