"""Summarization: a long text in, a shorter one out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._text import TEXT_MEASURES, compare_texts, expect_text, parse_text, validate_text
from harness_tasks._wire import build_json

TASK = Task(
    name="summarization",
    build=build_json,
    parse=partial(
        parse_text,
        names=(
            "summary_text",
            "generated_text",
        ),
    ),
    validate=validate_text,
    compare=compare_texts,
    measures=TEXT_MEASURES,
    expect=expect_text,
    show="text",
    sample=Case(
        id="harbour",
        inputs="The harbour closed at noon because of the storm. Ferries stayed until Sunday.",
        parameters={"max_length": 20},
        expect="The harbour closed because of a storm.",
    ),
    sample_output=[{"summary_text": "The harbour closed because of a storm."}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
