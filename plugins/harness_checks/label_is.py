"""Is this the answer's top label?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._labels import scores_of
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """The label, upper and lower case told apart."""

    label: str


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Hold the top label against the wanted one."""
    wanted, got = arguments.label, output.text
    scores = scores_of(output)
    score = f" ({scores[got]:.2f})" if got in scores else ""
    message = f"expected label {quoted(wanted)}, got {quoted(got)}{score}"
    if got != wanted and got.casefold() == wanted.casefold():
        message += "; only upper and lower case differ"
    elif got != wanted and wanted in scores:
        message += f"; {quoted(wanted)} has {scores[wanted]:.2f}"
    return Finding(check="label_is", ok=got == wanted, message=message)


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    summary = "the top label is `label`"
    return [Check(name="label_is", judge=judge, arguments=Arguments, summary=summary)]
