"""Audio classification: a sound in, labels with scores out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._label_comparison import LABEL_MEASURES, compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import parse_labels, validate_labels
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import CHIME

TASK = Task(
    name="audio-classification",
    build=partial(build_file, task="audio-classification", example="chime.wav"),
    parse=parse_labels,
    validate=validate_labels,
    compare=compare_labels,
    measures=LABEL_MEASURES,
    expect=expect_labels,
    show="labels",
    wants="file",
    sample=Case(
        id="chime",
        media=media_named("chime.wav", CHIME, "audio/wav"),
        parameters={"top_k": 2},
        expect=["bell", "chime"],
    ),
    sample_output=[{"label": "bell", "score": 0.82}, {"label": "whistle", "score": 0.11}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
