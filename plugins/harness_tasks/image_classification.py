"""Image classification: the bytes of an image in, labels with scores out."""

from base64 import b64decode, b64encode
from hashlib import sha256

from harness.api import Case, Media, Payload, Task, hookimpl
from harness_tasks._label_comparison import compare_labels
from harness_tasks._label_expectation import expect_labels
from harness_tasks._labels import parse_labels, validate_labels
from harness_tasks._wire import sent_parameters

DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC"
)
"""A picture of one red pixel, PNG."""


def build(case: Case) -> Payload:
    """Give the file's bytes as body, or, beside parameters, in base64 inside JSON.

    Servers read parameters only from JSON. Raises ValueError for a case without a file.
    """
    if case.media is None:
        raise ValueError("image-classification needs a file: inputs: {file: cat.png}")
    parameters = sent_parameters(case)
    if not parameters:
        return Payload(media=case.media.body, media_type=case.media.media_type)
    return Payload(value={"inputs": b64encode(case.media.body).decode("ascii"), **parameters})


TASK = Task(
    name="image-classification",
    build=build,
    parse=parse_labels,
    validate=validate_labels,
    compare=compare_labels,
    expect=expect_labels,
    show="labels",
    wants="file",
    sample=Case(
        id="dot",
        media=Media(
            path="dot.png",
            sha256=sha256(DOT).hexdigest(),
            body_bytes=len(DOT),
            media_type="image/png",
            body=DOT,
        ),
        expect=["red", "scarlet"],
    ),
    sample_output=[{"label": "red", "score": 0.71}, {"label": "orange", "score": 0.2}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
