"""Answers to questions about pictures and pages: shapes, legality, comparison, expectation."""

from typing import Any

import pytest

from harness.api import Case, Json
from harness_tasks.document_question_answering import TASK as PAGE
from harness_tasks.visual_question_answering import TASK as PICTURE

TWO = {"answer": "two", "score": 0.6}
THREE = {"answer": "3", "score": 0.3}


@pytest.mark.parametrize("task", [PICTURE, PAGE], ids=lambda task: task.name)
@pytest.mark.parametrize(
    ("answer", "variant", "value"),
    [
        ([THREE, TWO], "[{answer,score}]", [TWO, THREE]),
        (TWO, "{answer,score}", [TWO]),
        ([{"answer": "us-001"}], "[{answer}]", [{"answer": "us-001"}]),
        ([{"answer": "a", "score": None}], "[{answer}]", [{"answer": "a"}]),
        (
            [{**TWO, "start": 16, "end": 17.0, "words": [1]}],
            "[{answer,score,start,end}]",
            [{**TWO, "start": 16, "end": 17}],
        ),
        ([{"answer": "x"}, TWO], "[{answer}]", [TWO, {"answer": "x"}]),
    ],
)
def test_every_shape_has_one_canonical_form(
    task: Any, answer: Json, variant: str, value: list[dict[str, Json]]
) -> None:
    output = task.parse(answer)
    assert (output.variant, output.value) == (variant, value)
    assert output.text == value[0]["answer"]
    assert all(f.ok for f in task.validate(Case(id="a"), output))


def test_no_answer_is_valid_only_where_there_may_be_none() -> None:
    for answer in ([], [{"answer": " ", "score": 0.4}]):
        output = PAGE.parse(answer)  # type: ignore[arg-type]  # both are JSON
        assert not all(f.ok for f in PAGE.validate(Case(id="a"), output))
        assert all(f.ok for f in PAGE.validate(Case(id="a", expect=""), output))
        impossible = Case(id="a", parameters={"handle_impossible_answer": True})
        assert all(f.ok for f in PAGE.validate(impossible, output))


@pytest.mark.parametrize("score", [1.1, -0.1, True, float("nan")])
def test_a_score_that_is_no_probability_is_not_valid(score: float) -> None:
    findings = PICTURE.validate(Case(id="a"), PICTURE.parse([{"answer": "a", "score": score}]))
    assert [f.check for f in findings if not f.ok] == ["valid_scores"]


def measures(task: Any, before: Json, after: Json) -> dict[str, Any]:
    found = task.compare(Case(id="a"), task.parse(before), task.parse(after))
    return {m.name: pytest.approx(m.value) for m in found}


SAME = {"agreement": 1.0, "exact_match": 1.0, "answer_f1": 1.0}
OTHER = {"agreement": 0.0, "exact_match": 0.0}


def test_the_same_answer_agrees_and_its_score_drifts() -> None:
    drifted = measures(PICTURE, [TWO, THREE], [{"answer": "two", "score": 0.5}])
    assert drifted == {**SAME, "score_drift": -0.1}
    flipped = measures(
        PICTURE, [TWO, THREE], [{"answer": "3", "score": 0.7}, {**TWO, "score": 0.2}]
    )
    assert flipped == {**OTHER, "answer_f1": 0.0, "score_drift": -0.4}


def test_models_without_scores_have_no_drift() -> None:
    same = measures(PICTURE, {"answer": "The cat."}, {"answer": "cat"})
    assert same == SAME
    part = measures(PICTURE, {"answer": "black cat"}, {"answer": "cat"})
    assert part == {**OTHER, "answer_f1": 2 / 3}
    assert measures(PICTURE, {"answer": "$"}, {"answer": "%"})["agreement"] == 0.0


def test_a_misread_page_is_told_from_another_answer() -> None:
    misread = measures(PAGE, {"answer": "INV-7001"}, {"answer": "inv-7O01"})
    assert (misread["agreement"], misread["anls"]) == (0.0, 7 / 8)
    assert measures(PAGE, {"answer": "INV-7001"}, {"answer": "12 May"})["anls"] == 0.0
    assert measures(PAGE, [], [])["anls"] == 1.0


@pytest.mark.parametrize(
    ("expect", "ok", "points"),
    [
        ("two", True, 1.0),
        ("Two.", True, 1.0),
        (["three", "two"], True, 1.0),
        ("two cats", False, 2 / 3),
        ("three", False, 0.0),
    ],
)
def test_expectations(expect: Json, ok: bool, points: float) -> None:
    finding = PICTURE.expect(Case(id="a", expect=expect), PICTURE.parse([TWO]))
    assert (finding.check, finding.ok) == ("expect", ok)
    assert finding.points == pytest.approx(points)
