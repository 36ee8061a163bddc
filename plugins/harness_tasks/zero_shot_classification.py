"""Zero-shot classification: a text and candidate labels in, every candidate with its score out."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output, Payload, Task, hookimpl
from harness_tasks._label_comparison import LABEL_MEASURES, compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import (
    legal,
    number,
    pairs_of,
    parse_labels,
    ranked,
    validate_labels,
)
from harness_tasks._wire import build_json, quoted, refused

EXPECTED = "{sequence, labels, scores}, a list of one such, or [{label, score}, ...]"


def build(case: Case) -> Payload:
    """Give inputs and parameters; raises ValueError without `candidate_labels`."""
    if not candidates(case):
        raise ValueError("zero-shot-classification needs parameters: {candidate_labels: [...]}")
    return build_json(case)


def parse(answer: Json | bytes) -> Output:
    """Read two parallel lists, or one list of labels with scores; raises ShapeError."""
    match answer:
        case {"error": error} | [{"error": error}] if error is not None:
            raise refused(answer, EXPECTED)
        case {"labels": list(labels), "scores": list(scores)}:
            return _parallel(labels, scores, "{labels,scores}")
        case [{"labels": list(labels), "scores": list(scores)}]:
            return _parallel(labels, scores, "[{labels,scores}]")
        case [{"label": _}, *_] | [[{"label": _}, *_]]:
            return parse_labels(answer)
    raise refused(answer, EXPECTED)


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether scores are legal, and labels are exactly the candidates."""
    yield from validate_labels(case, output)
    asked, got = dict.fromkeys(candidates(case)), dict(pairs_of(output))
    missing = [label for label in asked if label not in got]
    strange = [label for label in got if label not in asked]
    parts = []
    if missing:
        parts.append("without a score: " + ", ".join(quoted(label, 30) for label in missing[:5]))
    if strange:
        parts.append("never asked for: " + ", ".join(quoted(label, 30) for label in strange[:5]))
    message = "; ".join(parts) or f"all {len(asked)} candidates have a score"
    yield legal("candidates", message, ok=bool(asked) and not parts)


def candidates(case: Case) -> list[str]:
    """Give the candidate labels; a string is a list separated by commas."""
    match case.parameters.get("candidate_labels"):
        case str(joined):
            return [label.strip() for label in joined.split(",") if label.strip()]
        case list(labels):
            return [label for label in labels if isinstance(label, str)]
    return []


def _parallel(labels: list[Json], scores: list[Json], variant: str) -> Output:
    named = [label for label in labels if isinstance(label, str)]
    if not named or len(named) != len(labels):
        raise refused(labels, "labels, a list of strings")
    if len(labels) != len(scores):
        raise refused(scores, f"one score for each of {len(labels)} labels")
    return ranked(list(zip(named, map(number, scores), strict=True)), variant)


TASK = Task(
    name="zero-shot-classification",
    build=build,
    parse=parse,
    validate=validate,
    compare=compare_labels,
    measures=LABEL_MEASURES,
    expect=expect_labels,
    show="labels",
    sample=Case(
        id="parcel",
        inputs="My parcel was left in the rain and the books inside are ruined.",
        parameters={"candidate_labels": ["delivery", "payment", "account"]},
        expect="delivery",
    ),
    sample_output=[
        {"label": "delivery", "score": 0.88},
        {"label": "account", "score": 0.08},
        {"label": "payment", "score": 0.04},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
