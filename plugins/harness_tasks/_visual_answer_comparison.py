"""Two answers about a picture as numbers, and what a suite may expect of one."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Measure, Output
from harness_tasks._squad import accepted_answers, answer_f1, answer_words, any_of
from harness_tasks._wire import in_words, quoted


def compare_answers(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give exact match and word F1 of the best answers, both SQuAD's, and drift of the score.

    The answers agree when they match exactly.
    `score_drift` is candidate minus baseline of the baseline's best answer, -1..1; left out where
    the candidate does not give it, or models that give no scores answer.
    """
    exact = is_same(before.text, after.text)
    yield Measure(name="agreement", value=float(exact))
    yield Measure(name="exact_match", value=float(exact))
    yield Measure(name="answer_f1", value=answer_f1(before.text, after.text))
    old, new = _scores(before), _scores(after)
    if before.text in old and before.text in new:
        drift = new[before.text] - old[before.text]
        if math.isfinite(drift):
            yield Measure(name="score_drift", value=drift, better="neither")


def expect_answer(case: Case, output: Output) -> Finding:
    """Hold the best answer against one or several, as SQuAD does; the score is the best word F1."""
    accepted = accepted_answers(case.expect)
    if accepted is None:
        message = f"`expect` must be an answer or a list of them, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    ok = any(is_same(one, output.text) for one in accepted)
    score = 1.0 if ok else max(answer_f1(one, output.text) for one in accepted)
    message = f"expected {any_of(accepted)}, got {quoted(output.text)}"
    return Finding(check="expect", ok=ok, message=message, score=score)


def is_same(first: str, second: str) -> bool:
    """Whether two answers have the same words; those without any must be the same as they are."""
    words = answer_words(first)
    return words == answer_words(second) and (bool(words) or first.strip() == second.strip())


def _scores(output: Output) -> dict[str, float]:
    scores: dict[str, float] = {}
    for entry in output.value if isinstance(output.value, list) else ():
        match entry:
            case {"answer": str(answer), "score": int() | float() as score}:
                scores.setdefault(answer, score)
    return scores
