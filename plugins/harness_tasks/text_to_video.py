"""Text to video: a prompt in, a video out."""

from harness.api import Case, Task, hookimpl
from harness_tasks._feature_expectation import expect_features
from harness_tasks._samples import CLIP
from harness_tasks._video import VIDEO_MEASURES, compare_videos, parse_video, validate_video
from harness_tasks._wire import build_json

TASK = Task(
    name="text-to-video",
    build=build_json,
    parse=parse_video,
    validate=validate_video,
    compare=compare_videos,
    measures=VIDEO_MEASURES,
    expect=expect_features,
    show="video",
    sample=Case(
        id="river",
        inputs="a river under a bridge at dusk",
        parameters={"seed": 7},
        expect={"duration_s": {"min": 1, "max": 5}},
    ),
    sample_output=CLIP,
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
