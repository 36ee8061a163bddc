"""Image segmentation: an image in, a labelled mask for each part of it out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._directions import directions
from harness_tasks._media import build_file, in_base64, media_named
from harness_tasks._samples import SLOPE, png
from harness_tasks._segment_comparison import compare_masks, expect_masks
from harness_tasks._segments import parse_masks, validate_masks

SKY = png([b"\xff" * 16] * 6 + [b"\x00" * 16] * 10)
SEA = png([b"\x00" * 16] * 6 + [b"\xff" * 16] * 10)

TASK = Task(
    name="image-segmentation",
    build=partial(build_file, task="image-segmentation"),
    parse=parse_masks,
    validate=validate_masks,
    compare=compare_masks,
    measures=directions("mask_iou", "label_agreement"),
    expect=expect_masks,
    show="image",
    wants="file",
    sample=Case(
        id="shore",
        media=media_named("shore.png", SLOPE, "image/png"),
        expect=["sea", "sky"],
    ),
    sample_output=[
        {"label": "sky", "score": 0.99, "mask": in_base64(SKY)},
        {"label": "sea", "score": 0.94, "mask": in_base64(SEA)},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
