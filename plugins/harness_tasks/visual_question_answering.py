"""Visual question answering: an image and a question in, answers with scores out."""

from functools import partial

from harness.api import Case, Task, hookimpl
from harness_tasks._directions import directions
from harness_tasks._media import media_named
from harness_tasks._samples import DOT
from harness_tasks._visual_answer_comparison import compare_answers, expect_answer
from harness_tasks._visual_answers import build_question, parse_answers, validate_answers

TASK = Task(
    name="visual-question-answering",
    build=partial(build_question, task="visual-question-answering"),
    parse=parse_answers,
    validate=validate_answers,
    compare=compare_answers,
    measures=directions("exact_match", "answer_f1", "score_drift"),
    expect=expect_answer,
    show="text",
    wants="file",
    parts=("question",),
    sample=Case(
        id="colour",
        media=media_named("dot.png", DOT, "image/png"),
        inputs={"question": "Which colour is it?"},
        parameters={"top_k": 2},
        expect="red",
    ),
    sample_output=[{"score": 0.83, "answer": "red"}, {"score": 0.11, "answer": "orange"}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
