"""Image to image: an image and instructions in, another image out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._feature_expectation import expect_features
from harness_tasks._image import parse_image, validate_image
from harness_tasks._image_comparison import IMAGE_MEASURES, compare_images
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import DOT, SLOPE

TASK = Task(
    name="image-to-image",
    build=partial(build_file, task="image-to-image"),
    parse=parse_image,
    validate=validate_image,
    compare=compare_images,
    measures=IMAGE_MEASURES,
    expect=expect_features,
    show="image",
    wants="file",
    sample=Case(
        id="dot",
        media=media_named("dot.png", DOT, "image/png"),
        parameters={"prompt": "make it a grey slope"},
        expect={"width": 16, "height": 16},
    ),
    sample_output=SLOPE,
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
