"""Document question answering: the picture of a page and a question in, answers out."""

from collections.abc import Iterator
from functools import partial

from harness.api import Case, Measure, Output, Task, hookimpl
from harness_tasks._directions import directions
from harness_tasks._media import media_named
from harness_tasks._samples import SLOPE
from harness_tasks._text import COMPARED_CHARACTERS, normalized
from harness_tasks._visual_answer_comparison import compare_answers, expect_answer
from harness_tasks._visual_answers import build_question, parse_answers, validate_answers


def compare(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give what answers about pictures give, and `anls`, 0..1, with the baseline as reference.

    1 - Levenshtein distance / length of the longer one, 0 below one half (Biten et al. 2019):
    a misread character costs little, another answer all.
    """
    from rapidfuzz.distance import Levenshtein

    yield from compare_answers(case, before, after)
    old, new = (
        normalized(output.text).casefold()[:COMPARED_CHARACTERS] for output in (before, after)
    )
    similarity = Levenshtein.normalized_similarity(old, new)
    yield Measure(name="anls", value=similarity if similarity >= 0.5 else 0.0)


TASK = Task(
    name="document-question-answering",
    build=partial(build_question, task="document-question-answering"),
    parse=parse_answers,
    validate=validate_answers,
    compare=compare,
    measures=directions("exact_match", "answer_f1", "score_drift", "anls"),
    expect=expect_answer,
    show="text",
    wants="file",
    parts=("question", "word_boxes"),
    sample=Case(
        id="invoice",
        media=media_named("invoice.png", SLOPE, "image/png"),
        inputs={"question": "What is the number of the invoice?"},
        expect=["INV-7", "7"],
    ),
    sample_output=[{"score": 0.61, "answer": "INV-7", "start": 16, "end": 16}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
