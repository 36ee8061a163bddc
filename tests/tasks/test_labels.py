"""Labels with scores: every shape, legality, comparison, expectation."""

import json
import math
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks import image_classification, text_classification

TASKS = [text_classification.TASK, image_classification.TASK]
CALM = {"label": "calm", "score": 0.75}
WILD = {"label": "wild", "score": 0.25}
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def case(expect: Json = None, **parameters: Json) -> Case:
    return Case(id="sea", inputs="The sea lies still.", expect=expect, parameters=parameters)


def output(**scores: float) -> Output:
    return text_classification.TASK.parse([{"label": k, "score": v} for k, v in scores.items()])


def failed(answer: Any, **parameters: Json) -> list[str]:
    task = text_classification.TASK
    found = task.validate(case(**parameters), task.parse(answer))
    return [finding.check for finding in found if not finding.ok]


@every_task
@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ([[CALM, WILD]], "[[{label,score}]]"),
        ([CALM, WILD], "[{label,score}]"),
        ([WILD, CALM], "[{label,score}]"),
        ([[WILD, CALM]], "[[{label,score}]]"),
        ([[{**CALM, "id": 3}, WILD]], "[[{label,score}]]"),
    ],
)
def test_every_shape_has_one_canonical_form(task: Any, answer: Json, variant: str) -> None:
    output = task.parse(answer)
    assert output.value == [CALM, WILD]
    assert (output.text, output.variant) == ("calm", variant)


@every_task
@pytest.mark.parametrize(
    ("answer", "variant"),
    [(CALM, "{label,score}"), ([CALM], "[{label,score}]"), ([[CALM]], "[[{label,score}]]")],
)
def test_one_label_is_an_answer_too(task: Any, answer: Json, variant: str) -> None:
    output = task.parse(answer)
    assert (output.value, output.variant) == ([CALM], variant)


def test_answers_to_several_inputs_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"got a list of 2.*expected one answer"):
        text_classification.TASK.parse([[CALM], [WILD]])


def test_scores_become_floats_and_ties_keep_their_order() -> None:
    parsed = text_classification.TASK.parse(
        [{"label": "b", "score": 0}, {"label": "c", "score": 1}, {"label": "a", "score": 0}]
    )
    assert json.dumps(parsed.value) == json.dumps(
        [{"label": "c", "score": 1.0}, {"label": "b", "score": 0.0}, {"label": "a", "score": 0.0}]
    )


@pytest.mark.parametrize("score", [1.01, -0.01, math.nan, math.inf, -math.inf, True, 2, 10**30])
def test_a_score_that_is_no_probability_is_not_valid(score: float) -> None:
    assert failed([{"label": "a", "score": score}]) == ["valid_scores"]


def test_the_finding_says_which_score_is_wrong() -> None:
    task = text_classification.TASK
    findings = list(task.validate(case(), task.parse([CALM, {"label": "odd", "score": -3.0}])))
    (finding,) = [finding for finding in findings if not finding.ok]
    assert finding.message == "score of 'odd' is the number -3.0, expected a number in 0..1"
    assert finding.where == "/1/score"


def test_logits_may_be_any_finite_number() -> None:
    assert not failed([{"label": "a", "score": -7.5}], function_to_apply="none")
    assert failed([{"label": "a", "score": math.inf}], function_to_apply="none")


def test_a_label_given_twice_or_without_a_name_is_not_valid() -> None:
    assert failed([CALM, CALM]) == ["valid_labels"]
    assert failed([{"label": "", "score": 0.5}]) == ["valid_labels"]


def test_more_labels_than_asked_for_are_not_valid() -> None:
    assert failed([CALM, WILD], top_k=1) == ["valid_top_k"]
    assert not failed([CALM, WILD], top_k=2)
    assert not failed([CALM, WILD], top_k=5)


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    task = text_classification.TASK
    for value in (None, "calm", [1], [{"label": 1}], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in task.validate(case(), strange))
        found = [m.name for m in task.compare(case(), strange, output(a=1.0))]
        assert found == ["agreement", "label_flip"]


def measures(before: Output, after: Output, **parameters: Json) -> dict[str, float]:
    found = text_classification.TASK.compare(case(**parameters), before, after)
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_the_same_answer_agrees_and_does_not_drift() -> None:
    same = measures(output(a=0.9, b=0.1), output(b=0.1, a=0.9))
    assert same == {
        "agreement": 1.0, "label_flip": 0.0, "score_drift": 0.0, "probability_shift": 0.0,
        "top_k_overlap": 1.0, "rank_correlation": 1.0,
    }  # fmt: skip


def test_a_flip_drifts_by_the_score_of_the_old_top_label() -> None:
    flip = measures(output(a=0.9, b=0.1), output(b=0.6, a=0.4))
    assert flip == {
        "agreement": 0.0, "label_flip": 1.0, "score_drift": -0.5, "probability_shift": 0.5,
        "top_k_overlap": 1.0, "rank_correlation": -1.0,
    }  # fmt: skip


def test_a_flip_names_both_labels() -> None:
    found = text_classification.TASK.compare(case(), output(a=0.9), output(b=0.6))
    notes = {measure.name: measure.note for measure in found}
    assert notes["label_flip"] == "'a' → 'b'"


def test_of_the_best_labels_the_share_of_the_longer_list_is_the_overlap() -> None:
    found = measures(output(a=0.5, b=0.3, c=0.2), output(a=0.5, d=0.3))
    assert found["top_k_overlap"] == 1 / 3


def test_a_label_only_one_side_returned_counts_as_0_but_has_no_drift() -> None:
    assert measures(output(a=0.9), output(b=0.6)) == {
        "agreement": 0.0, "label_flip": 1.0, "probability_shift": 0.75, "top_k_overlap": 0.0,
    }  # fmt: skip


def test_independent_labels_are_averaged_and_logits_have_no_shift() -> None:
    before, after = output(a=0.9, b=0.5, c=0.5), output(a=0.6, b=0.5, c=0.5)
    sigmoid = measures(before, after, function_to_apply="sigmoid")
    assert sigmoid["probability_shift"] == 0.1
    assert "probability_shift" not in measures(before, after, function_to_apply="none")


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ("calm", True, "expected calm, got calm (0.93)"),
        ("wild", False, "expected wild, got calm (0.93)"),
        ("CALM", False, "expected CALM, got calm (0.93); only upper and lower case differ"),
        (["wild", "calm"], True, "expected wild or calm, got calm (0.93)"),
        (["wild", "odd"], False, "expected wild or odd, got calm (0.93)"),
        ({"calm": 0.9}, True, "expected calm at least 0.9; all reached"),
        ({"calm": 0.95}, False, "expected calm at least 0.95; calm has 0.93"),
        (
            {"calm": 0.5, "wild": 0},
            True,
            "expected calm at least 0.5, wild at least 0; all reached",
        ),
        ({"odd": 0.1}, False, "expected odd at least 0.1; odd is not among the labels"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = text_classification.TASK.expect(case(expect), output(calm=0.93, wild=0.07))
    assert (finding.check, finding.ok, finding.message) == ("expect", ok, message)
    assert finding.weight == 1


@pytest.mark.parametrize("expect", [3, True, 0.5, [], {}, [1], ["a", 1], {"a": "b"}, {"a": 1.5}])
def test_an_expectation_of_another_type_is_never_met_and_says_what_it_may_be(expect: Json) -> None:
    finding = text_classification.TASK.expect(case(expect), output(a=0.93))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a label, a list of labels, or a mapping")


def test_a_hundred_thousand_labels_are_quick() -> None:
    task = text_classification.TASK
    many = task.parse([{"label": f"l{n}", "score": 1e-5} for n in range(100_000)])
    assert all(finding.ok for finding in task.validate(case(), many))
    assert next(iter(task.compare(case(), many, many))).value == 1.0
