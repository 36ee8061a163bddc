"""Image to text: an image in, words about it out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._media import build_file, media_named
from harness_tasks._samples import DOT
from harness_tasks._text import TEXT_MEASURES, compare_texts, expect_text, parse_text, validate_text

TASK = Task(
    name="image-to-text",
    build=partial(build_file, task="image-to-text"),
    parse=partial(parse_text, names=("generated_text",)),
    validate=validate_text,
    compare=compare_texts,
    measures=TEXT_MEASURES,
    expect=expect_text,
    show="text",
    wants="file",
    sample=Case(
        id="dot",
        media=media_named("dot.png", DOT, "image/png"),
        expect=["a red square", "a red dot"],
    ),
    sample_output=[{"generated_text": "a red square "}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
