"""Text to speech: a text in, the sound of it out."""

from harness.api import Case, Task, hookimpl
from harness_tasks._audio import parse_audio, validate_audio
from harness_tasks._audio_comparison import AUDIO_MEASURES, compare_audio
from harness_tasks._feature_expectation import expect_features
from harness_tasks._samples import CHIME
from harness_tasks._wire import build_json

TASK = Task(
    name="text-to-speech",
    build=build_json,
    parse=parse_audio,
    validate=validate_audio,
    compare=compare_audio,
    measures=AUDIO_MEASURES,
    expect=expect_features,
    show="audio",
    sample=Case(
        id="bridge",
        inputs="The bridge is open.",
        expect={"sample_rate_hz": 8000, "duration_s": {"min": 0.05, "max": 10}},
    ),
    sample_output=CHIME,
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
