"""Text-to-text generation: an instruction or question in, a text out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._text import expect_text, parse_text, validate_text
from harness_tasks._wire import build_json
from harness_tasks._written import WRITTEN_MEASURES, compare_written

TASK = Task(
    name="text2text-generation",
    build=build_json,
    parse=partial(parse_text, names=("generated_text",)),
    validate=validate_text,
    compare=compare_written,
    measures=WRITTEN_MEASURES,
    expect=expect_text,
    show="text",
    sample=Case(
        id="opposite",
        inputs="Give the opposite of: narrow",
        parameters={"max_new_tokens": 5},
        expect=["wide", "broad"],
    ),
    sample_output=[{"generated_text": "wide"}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
