"""Is the answer exactly this text?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the answer must be, character by character."""

    value: str
    ignore_case: bool = False


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Hold the text of the answer (its top label) against the value."""
    wanted, got = arguments.value, output.text
    ok = got == wanted or (arguments.ignore_case and got.casefold() == wanted.casefold())
    message = f"expected {quoted(wanted)}, got {quoted(got)}"
    if not ok and got.split() == wanted.split():
        message += "; only white space differs (`expect` forgives that)"
    elif not ok and got.casefold() == wanted.casefold():
        message += "; only upper and lower case differ"
    return Finding(check="equals", ok=ok, message=message)


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    summary = "the answer is exactly `value`"
    return [Check(name="equals", judge=judge, arguments=Arguments, summary=summary)]
