"""Is the answer close enough to a reference text?"""

from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, hookimpl
from harness_checks._text import expected_texts, joined, quoted

COMPARED_CHARACTERS = 50_000
"""Of longer texts only the beginning is compared: the time grows with both lengths."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The least similarity, 0..1, and the reference: None means what the case expects."""

    min: float
    to: str | None = None


def judge(case: Case, output: Output, arguments: Arguments) -> Finding:
    """Give the normalized Indel similarity to the nearest reference, white space made single."""
    from rapidfuzz.distance import Indel

    references = [arguments.to] if arguments.to is not None else expected_texts(case)
    if not references:
        message = "nothing to compare with: give the check a `to`, or the case a text to `expect`"
        return Finding(check="similarity_at_least", ok=False, message=message)
    got = _plain(output.text)
    similarity = max(Indel.normalized_similarity(got, _plain(text)) for text in references)
    message = (
        f"similarity {similarity:.3f}, expected at least {arguments.min}: "
        f"{quoted(output.text)} against {joined(references, 1)}"
    )
    ok = similarity >= arguments.min
    return Finding(check="similarity_at_least", ok=ok, message=message, score=similarity)


def problem(arguments: Arguments) -> str | None:
    """Say that a similarity lies in 0..1."""
    return None if 0 <= arguments.min <= 1 else f"`min` must lie in 0..1, not {arguments.min}"


def _plain(text: str) -> str:
    return " ".join(text.split())[:COMPARED_CHARACTERS]


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="similarity_at_least",
            judge=judge,
            arguments=Arguments,
            summary="the answer resembles `to`, or what is expected, by at least `min`",
            problem=problem,
        )
    ]
