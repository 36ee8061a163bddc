"""Text generation: a prompt in, its continuation out."""

from collections.abc import Iterator
from functools import partial

from harness.api import Case, Finding, Measure, Output, Task, hookimpl
from harness_tasks._refusal_phrases import PHRASE_MEASURES, compare_phrases, told_phrases
from harness_tasks._text import expect_text, parse_text, validate_text
from harness_tasks._wire import build_json
from harness_tasks._written import WRITTEN_MEASURES, compare_written


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is any text, and tell what begins like a refusal."""
    yield from validate_text(case, output)
    yield from told_phrases(output.text)


def compare(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give what written texts give, and `new_refusal_phrase`, which is a guess."""
    yield from compare_written(case, before, after)
    yield from compare_phrases(before, after)


TASK = Task(
    name="text-generation",
    build=build_json,
    parse=partial(parse_text, names=("generated_text",)),
    validate=validate,
    compare=compare,
    measures={**WRITTEN_MEASURES, **PHRASE_MEASURES},
    expect=expect_text,
    show="text",
    is_open_ended=True,
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
