"""Object detection: an image in, labelled boxes with scores out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._box_matching import compare_boxes, expect_boxes
from harness_tasks._boxes import parse_boxes, validate_boxes
from harness_tasks._directions import directions
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import SLOPE

TASK = Task(
    name="object-detection",
    build=partial(build_file, task="object-detection"),
    parse=parse_boxes,
    validate=validate_boxes,
    compare=compare_boxes,
    measures=directions("box_f1", "mean_iou", "label_agreement", "score_drift"),
    expect=expect_boxes,
    show="boxes",
    wants="file",
    sample=Case(
        id="kitchen",
        media=media_named("kitchen.png", SLOPE, "image/png"),
        parameters={"threshold": 0.5},
        expect=["cup"],
    ),
    sample_output=[
        {"label": "cup", "score": 0.98, "box": {"xmin": 1, "ymin": 2, "xmax": 7, "ymax": 9}},
        {"label": "table", "score": 0.71, "box": {"xmin": 0, "ymin": 6, "xmax": 15, "ymax": 15}},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
