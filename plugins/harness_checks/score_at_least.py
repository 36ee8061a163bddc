"""Is the model sure enough of a label?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._labels import scores_of
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """The least score, 0..1, and whose it is: None means the top label's."""

    min: float
    label: str | None = None


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Hold the label's score against the least one; the finding's score is the label's."""
    scores = scores_of(output)
    label = arguments.label if arguments.label is not None else next(iter(scores), None)
    if label is None or label not in scores:
        who = f"label {quoted(label)} has no score" if label is not None else "there is no label"
        message = f"{who} in the answer, expected at least {arguments.min}"
        return Finding(check="score_at_least", ok=False, message=message, score=0.0)
    score = scores[label]
    ok = score >= arguments.min
    message = f"score of {quoted(label)} is {score:.4g}, expected at least {arguments.min}"
    return Finding(check="score_at_least", ok=ok, message=message, score=min(1.0, max(0.0, score)))


def problem(arguments: Arguments) -> str | None:
    """Say that a score lies in 0..1."""
    return None if 0 <= arguments.min <= 1 else f"`min` must lie in 0..1, not {arguments.min}"


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="score_at_least",
            judge=judge,
            arguments=Arguments,
            summary="the score of `label`, or of the top label, is at least `min`",
            problem=problem,
        )
    ]
