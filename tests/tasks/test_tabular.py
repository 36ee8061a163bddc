"""Tabular tasks: rows asked for, predictions read, counted, compared and expected."""

import math
import sys
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError, Task
from harness_tasks import tabular_classification, tabular_regression

CLASSES, NUMBERS = tabular_classification.TASK, tabular_regression.TASK
both_tasks = pytest.mark.parametrize("task", [CLASSES, NUMBERS], ids=lambda task: task.name)
DATA: Json = {"width": ["1.5", "2"], "kind": ["oak", "elm"]}


def case(expect: Json = None, data: Json = DATA) -> Case:
    return Case(id="trees", inputs={"data": data}, expect=expect)


@pytest.mark.parametrize(
    ("task", "answer", "value", "text", "variant"),
    [
        (NUMBERS, [3.5, 4], [3.5, 4.0], "3.5, 4.0", "[number]"),
        (CLASSES, [3.0, 4], [3, 4], "3, 4", "[number]"),
        (CLASSES, [0.5, 1], [0.5, 1], "0.5, 1", "[number]"),
        (CLASSES, ["old", "young"], ["old", "young"], "old, young", "[string]"),
    ],
)
def test_every_shape_has_one_canonical_form(
    task: Task, answer: Any, value: Any, text: str, variant: str
) -> None:
    output = task.parse(answer)
    assert (output.value, output.text, output.variant) == (value, text, variant)
    assert list(map(type, value)) == list(map(type, output.value or ()))  # type: ignore[arg-type]
    assert all(finding.ok for finding in task.validate(case(), output))


@both_tasks
@pytest.mark.parametrize(
    "answer", [[3.5, None], [3.5, "old"], [3.5, True], [[3.5]], [10**400], [{"a": 1}], {"a": [1]}]
)
def test_other_shapes_are_refused(task: Task, answer: Json) -> None:
    with pytest.raises(ShapeError):
        task.parse(answer)


def test_numbers_are_no_strings() -> None:
    with pytest.raises(ShapeError):
        NUMBERS.parse(["3.5", "4"])


@pytest.mark.parametrize(
    ("task", "answer", "check", "message"),
    [
        (CLASSES, ["old"], "valid_rows", "1 prediction for 2 rows"),
        (CLASSES, ["old", ""], "valid_rows", "2 predictions for 2 rows"),
        (NUMBERS, [1.0, 2.0, 3.0], "valid_rows", "3 predictions for 2 rows"),
        (NUMBERS, [1.0, math.inf], "valid_numbers", "2 numbers, not every one finite"),
    ],
)
def test_what_is_not_legal_is_found(task: Task, answer: Any, check: str, message: str) -> None:
    findings = [f for f in task.validate(case(), task.parse(answer)) if not f.ok]
    assert [(f.check, f.message) for f in findings] == [(check, message)]


def measures(task: Task, before: Any, after: Any) -> dict[str, Any]:
    found = task.compare(case(), task.parse(before), task.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_classes_agree_row_by_row() -> None:
    assert measures(CLASSES, [5, 7], [5.0, 7]) == {"agreement": 1.0, "row_agreement": 1.0}
    before, after = ["a", "b", "a", "b"], ["a", "b", "b", "b"]
    assert measures(CLASSES, before, after) == {"agreement": 0.0, "row_agreement": 0.75}
    assert measures(CLASSES, ["a"], ["a", "b"]) == {"agreement": 0.0}
    assert measures(CLASSES, ["5"], [5])["agreement"] == 0.0


def test_numbers_have_mean_and_greatest_difference() -> None:
    assert measures(NUMBERS, [10.0, 20.0], [10.000001, 20.0]) == {
        "agreement": 1.0, "row_agreement": 1.0, "max_difference": 1e-6, "mean_difference": 5e-7,
    }  # fmt: skip
    assert measures(NUMBERS, [10.0, 20.0, 30.0, 40.0], [11.0, 17.0, 30.0, 40.0]) == {
        "agreement": 0.0, "row_agreement": 0.5, "max_difference": 3.0, "mean_difference": 1.0,
    }  # fmt: skip
    assert measures(NUMBERS, [1.0], [1.0, 2.0]) == {"agreement": 0.0}
    huge = measures(NUMBERS, [1.7e308], [-1.7e308])
    assert huge["mean_difference"] == huge["max_difference"] == sys.float_info.max


@pytest.mark.parametrize(
    ("task", "answer", "expect", "ok", "score", "message"),
    [
        (CLASSES, ["a", "b"], ["a", "b"], True, 1.0, "all 2 classes as expected"),
        (CLASSES, [5, 6], [5.0, 6], True, 1.0, "all 2 classes as expected"),
        (
            CLASSES, ["a", "b"], ["a", "c"], False, 0.5,
            "1 row wrong; row 1: expected the string 'c', got the string 'b'",
        ),
        (CLASSES, ["a", "b"], ["a"], False, 0.0, "expected 1 class, got 2"),
        (NUMBERS, [100.5, 2.0], [100, 2], True, 1.0, "all 2 numbers within 1%"),
        (
            NUMBERS, [100.5, 2.1], [100, 2], False, 0.5,
            "1 row off; row 1: expected 2, got 2.1",
        ),
        (NUMBERS, [1.0], [1, 2], False, None, "expected 2 numbers, got 1"),
    ],
)  # fmt: skip
def test_expectations(
    task: Task, answer: Any, expect: Json, ok: bool, score: float | None, message: str
) -> None:
    finding = task.expect(case(expect), task.parse(answer))
    assert (finding.ok, finding.score, finding.message) == (ok, score, message)


@both_tasks
@pytest.mark.parametrize("expect", ["a", 3, True, {}, [None], [True], [[1]]])
def test_an_expectation_of_another_type_is_never_met(task: Task, expect: Json) -> None:
    finding = task.expect(case(expect), task.parse([1, 2]))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a list of ")


@both_tasks
def test_cells_travel_as_strings(task: Task) -> None:
    numbers: Json = {"width": [1.5, 2], "kind": ["oak", "elm"]}
    assert task.build(case(data=numbers)).value == {"inputs": {"data": DATA}}


@both_tasks
@pytest.mark.parametrize("inputs", ["a", None, {"rows": []}, {"data": {}}, {"data": {"a": 1}}])
def test_no_question_without_a_table(task: Task, inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs|a table is|must be a list of cells"):
        task.build(Case(id="a", inputs=inputs))


@both_tasks
def test_a_canonical_value_of_another_kind_is_not_valid_and_compares(task: Task) -> None:
    for value in (None, "a", {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in task.validate(case(), strange))
        assert "agreement" in {m.name for m in task.compare(case(), strange, task.parse([1]))}
