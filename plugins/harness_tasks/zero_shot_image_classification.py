"""Zero-shot image classification: an image and candidate labels in, each with its score out."""

from harness.api import Case, Payload, Task, hookimpl
from harness_tasks._label_comparison import LABEL_MEASURES, compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import parse_labels
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import DOT
from harness_tasks.zero_shot_classification import candidates, validate

NAME = "zero-shot-image-classification"


def build(case: Case) -> Payload:
    """Give the file in base64 beside its parameters; ValueError without `candidate_labels`."""
    if not candidates(case):
        raise ValueError(f"{NAME} needs parameters: {{candidate_labels: [...]}}")
    return build_file(case, task=NAME)


TASK = Task(
    name=NAME,
    build=build,
    parse=parse_labels,
    validate=validate,
    compare=compare_labels,
    measures=LABEL_MEASURES,
    expect=expect_labels,
    show="labels",
    wants="file",
    sample=Case(
        id="dot",
        media=media_named("dot.png", DOT, "image/png"),
        parameters={"candidate_labels": ["something red", "something blue"]},
        expect="something red",
    ),
    sample_output=[
        {"label": "something red", "score": 0.97},
        {"label": "something blue", "score": 0.03},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
