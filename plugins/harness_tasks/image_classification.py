"""Image classification: the bytes of an image in, labels with scores out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._label_comparison import LABEL_MEASURES, compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import parse_labels, validate_labels
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import DOT

TASK = Task(
    name="image-classification",
    build=partial(build_file, task="image-classification"),
    parse=parse_labels,
    validate=validate_labels,
    compare=compare_labels,
    measures=LABEL_MEASURES,
    expect=expect_labels,
    show="labels",
    wants="file",
    sample=Case(
        id="dot",
        media=media_named("dot.png", DOT, "image/png"),
        expect=["red", "scarlet"],
    ),
    sample_output=[{"label": "red", "score": 0.71}, {"label": "orange", "score": 0.2}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
