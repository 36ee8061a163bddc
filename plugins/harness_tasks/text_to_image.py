"""Text to image: a prompt in, an image out."""

from harness.api import Case, Task, hookimpl
from harness_tasks._feature_expectation import expect_features
from harness_tasks._image import parse_image, validate_image
from harness_tasks._image_comparison import IMAGE_MEASURES, compare_images
from harness_tasks._samples import SLOPE
from harness_tasks._wire import build_json

TASK = Task(
    name="text-to-image",
    build=build_json,
    parse=parse_image,
    validate=validate_image,
    compare=compare_images,
    measures=IMAGE_MEASURES,
    expect=expect_features,
    show="image",
    sample=Case(
        id="slope",
        inputs="a grey slope, dark at the upper left",
        parameters={"seed": 7, "width": 16, "height": 16},
        expect={"media_type": "image/png"},
    ),
    sample_output=SLOPE,
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
