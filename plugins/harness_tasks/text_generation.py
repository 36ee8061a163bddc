"""Text generation: a prompt in, its continuation out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._text import compare_texts, expect_text, parse_text, validate_text
from harness_tasks._wire import build_json

TASK = Task(
    name="text-generation",
    build=build_json,
    parse=partial(parse_text, names=("generated_text",)),
    validate=validate_text,
    compare=compare_texts,
    expect=expect_text,
    show="text",
    sample=Case(
        id="colours",
        inputs="The colours of the Italian flag are green, white and",
        parameters={"max_new_tokens": 3},
        expect="red.",
    ),
    sample_output=[{"generated_text": " red."}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
