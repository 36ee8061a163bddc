"""Question answering: its shapes, places in the context, SQuAD's measures, expectations."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks._squad import answer_f1, answer_words
from harness_tasks.question_answering import TASK

CONTEXT = "The lamp was lit by Ada at dusk."
ADA = {"answer": "Ada", "score": 0.7, "start": 20, "end": 23}
DUSK = {"answer": "at dusk", "score": 0.2, "start": 24, "end": 31}
PLACES = {"answer": "Ada", "score": 0.7, "start": None, "end": None}


def case(expect: Json = None, **parameters: Json) -> Case:
    inputs: Json = {"question": "Who lit the lamp?", "context": CONTEXT}
    return Case(id="lamp", inputs=inputs, expect=expect, parameters=parameters)


@pytest.mark.parametrize(
    ("answer", "value", "variant"),
    [
        (ADA, [ADA], "{answer,score,start,end}"),
        ([ADA], [ADA], "[{answer,score,start,end}]"),
        ([DUSK, ADA], [ADA, DUSK], "[{answer,score,start,end}]"),
        (PLACES, [PLACES], "{answer,score,start,end}"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Any, value: Json, variant: str) -> None:
    output = TASK.parse(answer)
    assert (output.value, output.text, output.variant) == (value, "Ada", variant)
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer",
    [
        {"answer": "Ada"},
        {**ADA, "answer": None},
        {**ADA, "score": "high"},
        {**ADA, "start": 1.5},
        {**ADA, "end": True},
        {**ADA, "error": "x"},
        [[ADA]],
        [ADA, None],
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("change", "check", "message"),
    [
        ({"answer": ""}, "valid_answer", "there is no answer"),
        ({"score": 1.5}, "valid_scores", "score is the number 1.5, expected a number in 0..1"),
        ({"end": 99}, "valid_places", "the answer is placed at 20..99 of 0..32"),
        ({"start": 23}, "valid_places", "the answer is placed at 23..23 of 0..32"),
        ({"start": 19}, "valid_places", "the answer is 'Ada', its place in the context ' Ada'"),
    ],
)
def test_what_is_not_legal_is_found(change: dict[str, Any], check: str, message: str) -> None:
    findings = TASK.validate(case(), TASK.parse({**ADA, **change}))
    assert [(f.check, f.message) for f in findings if not f.ok] == [(check, message)]


def test_an_empty_answer_is_legal_where_it_is_asked_for() -> None:
    empty = TASK.parse({"answer": "", "score": 0.9, "start": 0, "end": 0})
    asked = case(handle_impossible_answer=True)
    assert all(finding.ok for finding in TASK.validate(asked, empty))
    assert all(finding.ok for finding in TASK.validate(case(expect=""), empty))
    assert not all(finding.ok for finding in TASK.validate(case(), empty))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Red Barn!", ["red", "barn"]),
        ("an  apple, a day", ["apple", "day"]),
        ("Athens", ["athens"]),
        ("it's", ["its"]),
        ("the", []),
    ],
)
def test_answers_are_normalized_as_in_squad(text: str, words: list[str]) -> None:
    assert answer_words(text) == words


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("the red barn", "red barn", 1.0),
        ("the old red barn", "a red barn door", 2 * 2 / (3 + 3)),
        ("red red barn", "red", 2 * 1 / (3 + 1)),
        ("barn", "house", 0.0),
        ("the", "", 1.0),
        ("", "barn", 0.0),
    ],
)
def test_f1_is_that_of_words(old: str, new: str, value: float) -> None:
    assert answer_f1(old, new) == pytest.approx(value)


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


SAME = {"agreement": 1.0, "exact_match": 1.0, "answer_f1": 1.0}
OTHER = {"agreement": 0.0, "exact_match": 0.0, "answer_f1": 0.0}


def test_the_same_answer_agrees_and_its_score_drifts() -> None:
    weaker = {**ADA, "answer": "ada.", "score": 0.5}
    assert measures(ADA, [weaker]) == {**SAME, "score_drift": -0.2}


def test_another_answer_has_drift_only_where_the_old_one_is_still_given() -> None:
    assert measures(ADA, DUSK) == OTHER
    flipped = [{**DUSK, "score": 0.6}, {**ADA, "score": 0.3}]
    assert measures(ADA, flipped) == {**OTHER, "score_drift": -0.4}


@pytest.mark.parametrize(
    ("expect", "ok", "score", "message"),
    [
        ("Ada", True, 1.0, "expected 'Ada', got 'Ada'"),
        ("the ada", True, 1.0, "expected 'the ada', got 'Ada'"),
        (["Eva", "Ada"], True, 1.0, "expected 'Eva' or 'Ada', got 'Ada'"),
        ("Ada Voss", False, 2 / 3, "expected 'Ada Voss', got 'Ada'"),
        ("Eva", False, 0.0, "expected 'Eva', got 'Ada'"),
    ],
)
def test_expectations(expect: Json, ok: bool, score: float, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse(ADA))
    assert (finding.ok, finding.message) == (ok, message)
    assert finding.score == pytest.approx(score)


@pytest.mark.parametrize("expect", [3, True, [], {}, [3], ["a", None]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse(ADA))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be an answer or a list of them, not ")


def test_asks_with_question_and_context() -> None:
    assert TASK.build(case(top_k=2)).value == {
        "inputs": {"question": "Who lit the lamp?", "context": CONTEXT},
        "parameters": {"top_k": 2},
    }


@pytest.mark.parametrize(
    "inputs", ["Who?", None, {"question": "Who?"}, {"question": "Who?", "context": 3}]
)
def test_no_question_without_a_context(inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs: \{question: \.\.\., context"):
        TASK.build(Case(id="a", inputs=inputs))


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "Ada", [1], [{"answer": 1}], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, TASK.parse(ADA))}
