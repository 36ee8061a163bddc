"""Image to video: an image in, a video that begins with it out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._feature_expectation import expect_features
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import CLIP, SLOPE
from harness_tasks._video import VIDEO_MEASURES, compare_videos, parse_video, validate_video

TASK = Task(
    name="image-to-video",
    build=partial(build_file, task="image-to-video"),
    parse=parse_video,
    validate=validate_video,
    compare=compare_videos,
    measures=VIDEO_MEASURES,
    expect=expect_features,
    show="video",
    wants="file",
    sample=Case(
        id="slope",
        media=media_named("slope.png", SLOPE, "image/png"),
        parameters={"prompt": "the shadow moves to the right"},
        expect={"width": 64, "height": 48},
    ),
    sample_output=CLIP,
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
