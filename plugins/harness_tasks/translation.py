"""Translation: a text in one language in, the same in another out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._text import TEXT_MEASURES, compare_texts, expect_text, parse_text, validate_text
from harness_tasks._wire import build_json

TASK = Task(
    name="translation",
    build=build_json,
    parse=partial(
        parse_text,
        names=(
            "translation_text",
            "generated_text",
        ),
    ),
    validate=validate_text,
    compare=compare_texts,
    measures=TEXT_MEASURES,
    expect=expect_text,
    show="text",
    sample=Case(
        id="bridge",
        inputs="The bridge is open.",
        parameters={"src_lang": "en", "tgt_lang": "de"},
        expect="Die Brücke ist offen.",
    ),
    sample_output=[{"translation_text": "Die Brücke ist offen."}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
