"""Text classification: a text in, labels with scores out."""

from harness.api import Case, Task, hookimpl
from harness_tasks._label_comparison import LABEL_MEASURES, compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import parse_labels, validate_labels
from harness_tasks._wire import build_json

TASK = Task(
    name="text-classification",
    build=build_json,
    parse=parse_labels,
    validate=validate_labels,
    compare=compare_labels,
    measures=LABEL_MEASURES,
    expect=expect_labels,
    show="labels",
    sample=Case(
        id="kettle",
        inputs="The kettle boils in a minute and the lid shuts tight.",
        parameters={"top_k": 2},
        expect="POSITIVE",
    ),
    sample_output=[[{"label": "POSITIVE", "score": 0.93}, {"label": "NEGATIVE", "score": 0.07}]],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
