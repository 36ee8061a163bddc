"""Question answering: a question and a context in, the part of the context that answers it out."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Measure, Output, Payload, Task, hookimpl, plural
from harness_tasks._answers import Answer, answers_of, parse_answers
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._squad import accepted_answers, answer_f1, answer_words, any_of
from harness_tasks._wire import build_json, in_words, quoted


def build(case: Case) -> Payload:
    """Give inputs and parameters; raises ValueError without a question and a context."""
    match case.inputs:
        case {"question": str(), "context": str(), **rest} if not rest:
            return build_json(case)
    raise ValueError("question-answering needs inputs: {question: ..., context: ...}")


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether answers are parts of the context at the places named, with scores in 0..1.

    An empty answer is legal where `handle_impossible_answer` is set, or is expected.
    """
    context = case.inputs.get("context") if isinstance(case.inputs, dict) else None
    text = context if isinstance(context, str) else ""
    may_be_empty = bool(case.parameters.get("handle_impossible_answer")) or case.expect == ""
    answers = answers_of(output)
    if not answers or (not output.text.strip() and not may_be_empty):
        yield legal("answer", "there is no answer")
    else:
        yield legal("answer", plural(len(answers), "answer"), ok=True)
    for place, (answer, score, start, end) in enumerate(answers):
        if isinstance(score, bool) or not (math.isfinite(score) and 0 <= score <= 1):
            message = f"score is {in_words(score)}, expected a number in 0..1"
            yield legal("scores", message, where=f"/{place}/score")
        if answer and isinstance(start, int) and isinstance(end, int):
            there = text[start:end] if 0 <= start < end <= len(text) else None
            if there is None:
                message = f"the answer is placed at {start}..{end} of 0..{len(text)}"
                yield legal("places", message, where=f"/{place}/start")
            elif there != answer:
                message = (
                    f"the answer is {quoted(answer)}, its place in the context {quoted(there)}"
                )
                yield legal("places", message, where=f"/{place}/start")


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give exact match and word F1 of the best answers, both SQuAD's, and drift of the score.

    The answers agree when they match exactly. `score_drift` is candidate minus baseline, -1..1;
    left out where the candidate does not give the baseline's best answer.
    """
    exact = answer_words(before.text) == answer_words(after.text)
    yield Measure(name="agreement", value=float(exact))
    yield Measure(name="exact_match", value=float(exact))
    yield Measure(name="answer_f1", value=answer_f1(before.text, after.text))
    old = answers_of(before)
    same = (other for other in answers_of(after) if answer_words(other[0]) == _words(old))
    match next(same, None):
        case (_, score, _, _) if old and math.isfinite(drift := score - old[0][1]):
            yield Measure(name="score_drift", value=drift, better="neither")


def expect(case: Case, output: Output) -> Finding:
    """Hold the best answer against one or several, as SQuAD does; the score is the best word F1."""
    accepted = accepted_answers(case.expect)
    if accepted is None:
        message = f"`expect` must be an answer or a list of them, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    ok = any(answer_words(one) == answer_words(output.text) for one in accepted)
    score = max(answer_f1(one, output.text) for one in accepted)
    message = f"expected {any_of(accepted)}, got {quoted(output.text)}"
    return Finding(check="expect", ok=ok, message=message, score=score)


def _words(answers: list[Answer]) -> list[str]:
    return answer_words(answers[0][0]) if answers else []


TASK = Task(
    name="question-answering",
    build=build,
    parse=parse_answers,
    validate=validate,
    compare=compare,
    measures=directions("exact_match", "answer_f1", "score_drift"),
    expect=expect,
    show="spans",
    sample=Case(
        id="ferry",
        inputs={"question": "When does the ferry leave?", "context": "The ferry leaves at noon."},
        expect=["at noon", "noon"],
    ),
    sample_output={"answer": "noon", "score": 0.91, "start": 20, "end": 24},
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
