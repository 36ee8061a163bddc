"""Automatic speech recognition: speech in, its words out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import CHIME
from harness_tasks._transcript import parse_transcript, validate_transcript
from harness_tasks._transcript_expectation import expect_transcript
from harness_tasks._word_errors import TRANSCRIPT_MEASURES, compare_transcripts

TASK = Task(
    name="automatic-speech-recognition",
    build=partial(build_file, task="automatic-speech-recognition", example="speech.wav"),
    parse=parse_transcript,
    validate=validate_transcript,
    compare=compare_transcripts,
    measures=TRANSCRIPT_MEASURES,
    expect=expect_transcript,
    show="text",
    wants="file",
    sample=Case(
        id="bridge",
        media=media_named("bridge.wav", CHIME, "audio/wav"),
        expect={"text": "The bridge is open.", "max_wer": 0.1},
    ),
    sample_output={
        "text": " The bridge is open.",
        "chunks": [{"text": " The bridge is open.", "timestamp": [0.0, 1.4]}],
    },
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
