"""Objects in boxes: shapes, legality, matching, expectation."""

import math
from typing import Any

import pytest

from harness.api import Case, Json, Output
from harness_tasks._box_matching import MOST_BOXES, overlap_of
from harness_tasks._boxes import Found
from harness_tasks.object_detection import TASK


def box(label: str, score: float, *corners: float) -> Any:
    names = ("xmin", "ymin", "xmax", "ymax")
    return {"label": label, "score": score, "box": dict(zip(names, corners, strict=True))}


CAT = box("cat", 0.9, 0, 0, 10, 10)
DOG = box("dog", 0.8, 20, 0, 30, 10)


def case(expect: Json = None, **parameters: Json) -> Case:
    return Case(id="yard", expect=expect, parameters=parameters)


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ([CAT, DOG], "[{label,score,box}]"),
        ([DOG, CAT], "[{label,score,box}]"),
        ([[DOG, CAT]], "[[{label,score,box}]]"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Json, variant: str) -> None:
    output = TASK.parse(answer)
    assert output.value == [CAT, DOG]
    assert (output.variant, output.text) == (variant, "1 cat, 1 dog")


def test_nothing_found_is_an_answer_unless_something_is_expected() -> None:
    nothing = TASK.parse([])
    assert (nothing.value, nothing.variant, nothing.text) == ([], "[]", "")
    for expect, ok in ((None, True), ([], True), ("cat", False), ({"cat": 1}, False)):
        assert all(f.ok for f in TASK.validate(case(expect), nothing)) == ok
    assert measures([], []) == {"agreement": 1.0, "box_f1": 1.0}
    assert measures([CAT], []) == {"agreement": 0.0, "box_f1": 0.0}


@pytest.mark.parametrize(
    ("answer", "checks"),
    [
        ([CAT, DOG], []),
        ([box("", 0.9, 0, 0, 1, 1)], ["valid_objects"]),
        ([box("cat", 1.2, 0, 0, 1, 1)], ["valid_scores"]),
        ([box("cat", -0.1, 0, 0, 1, 1)], ["valid_scores"]),
        ([box("cat", math.nan, 0, 0, 1, 1)], ["valid_scores"]),
        ([box("cat", True, 0, 0, 1, 1)], ["valid_scores"]),
        ([box("cat", 0.9, 5, 0, 1, 1)], ["valid_boxes"]),
        ([box("cat", 0.9, 0, 5, 1, 1)], ["valid_boxes"]),
        ([box("cat", 0.9, 0, 0, math.inf, 1)], ["valid_objects", "valid_scores", "valid_boxes"]),
    ],
)
def test_legality(answer: Json, checks: list[str]) -> None:
    findings = list(TASK.validate(case(), TASK.parse(answer)))
    assert [f.check for f in findings if not f.ok] == checks
    assert all(f.weight == 0 for f in findings)


def test_a_score_below_the_threshold_is_not_valid() -> None:
    findings = TASK.validate(case(threshold=0.85), TASK.parse([CAT, DOG]))
    (failed,) = [finding for finding in findings if not finding.ok]
    assert failed.message == "score of 'dog' is the number 0.8, expected 0.85..1"
    assert failed.where == "/1/score"


def found(*corners: float) -> Found:
    xmin, ymin, xmax, ymax = corners
    return Found(label="a", score=1, corners=(xmin, ymin, xmax, ymax))


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 50 / 150),
        ((0, 0, 10, 10), (5, 5, 15, 15), 25 / 175),
        ((0, 0, 10, 10), (2, 2, 4, 4), 4 / 100),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 10, 10), (50, 50, 60, 60), 0.0),
        ((3, 3, 3, 3), (3, 3, 3, 3), 1.0),
        ((10, 10, 0, 0), (0, 0, 10, 10), 0.0),
    ],
)
def test_overlap_is_intersection_over_union(
    first: tuple[float, ...], second: tuple[float, ...], overlap: float
) -> None:
    assert overlap_of(found(*first), found(*second)) == pytest.approx(overlap)
    assert overlap_of(found(*second), found(*first)) == pytest.approx(overlap)


def measures(before: Json, after: Json) -> dict[str, Any]:
    pair = (TASK.parse(before), TASK.parse(after))
    return {m.name: pytest.approx(m.value) for m in TASK.compare(case(), *pair)}


def test_the_same_boxes_agree_in_any_order() -> None:
    assert measures([CAT, DOG], [DOG, CAT]) == {
        "agreement": 1.0, "box_f1": 1.0, "mean_iou": 1.0, "label_agreement": 1.0,
        "score_drift": 0.0,
    }  # fmt: skip


def test_a_box_that_moved_a_little_is_the_same_object() -> None:
    moved = box("cat", 0.7, 2, 0, 12, 10)  # 80 shared of 120
    assert measures([CAT], [moved]) == {
        "agreement": 1.0, "box_f1": 1.0, "mean_iou": 80 / 120, "label_agreement": 1.0,
        "score_drift": -0.2,
    }  # fmt: skip


def test_a_box_that_moved_far_is_another() -> None:
    assert measures([CAT], [box("cat", 0.9, 4, 0, 14, 10)]) == {"agreement": 0.0, "box_f1": 0.0}


def test_another_label_in_the_same_place_is_told_apart_from_another_place() -> None:
    fox = box("fox", 0.9, 0, 0, 10, 10)
    assert measures([CAT, DOG], [fox, DOG]) == {
        "agreement": 0.0, "box_f1": 0.5, "mean_iou": 1.0, "label_agreement": 0.5,
        "score_drift": 0.0,
    }  # fmt: skip


def test_each_box_is_matched_once_the_nearest_first() -> None:
    near, nearer = box("cat", 0.6, 1, 0, 11, 10), box("cat", 0.5, 0, 0, 10, 9)
    result = measures([CAT], [near, nearer])
    assert result["box_f1"] == 2 / 3
    assert result["mean_iou"] == 0.9
    assert result["score_drift"] == -0.4


def test_a_hundred_thousand_boxes_are_quick_and_the_best_are_compared() -> None:
    many = TASK.parse([box("cat", n / 1e6, n, 0, n + 1, 1) for n in range(100_000)])
    agreement = next(iter(TASK.compare(case(), many, many)))
    assert (agreement.value, agreement.note) == (1.0, f"of the {MOST_BOXES} highest scores")


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ("cat", True, "expected 1 cat, got '1 cat, 1 dog'"),
        ("fox", False, "expected 1 fox, got '1 cat, 1 dog'"),
        (["dog", "cat"], True, "expected 1 cat, 1 dog, got '1 cat, 1 dog'"),
        (["cat", "cat"], False, "expected 2 cat, got '1 cat, 1 dog'"),
        ({"cat": 1, "fox": 0}, True, "expected 1 cat, 0 fox, got '1 cat, 1 dog'"),
        ({"cat": 2}, False, "expected 2 cat, got '1 cat, 1 dog'"),
        ([], False, "expected nothing, got '1 cat, 1 dog'"),
        ([CAT, DOG], True, "boxes match with F1 1.00, expected 1"),
        ([CAT], False, "boxes match with F1 0.67, expected 1"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse([CAT, DOG]))
    assert (finding.check, finding.ok, finding.message) == ("expect", ok, message)


def test_expected_boxes_need_no_score_and_are_scored_by_f1() -> None:
    wanted: Json = [{"label": "cat", "box": CAT["box"]}]
    finding = TASK.expect(case(wanted), TASK.parse([CAT, DOG]))
    assert finding.points == pytest.approx(2 / 3)
    assert TASK.expect(case([]), Output(value=[])).ok


def test_the_note_says_which_objects_vanished_and_appeared() -> None:
    found = TASK.compare(
        case(), TASK.parse([CAT, DOG]), TASK.parse([CAT, box("cup", 0.9, 50, 50, 60, 60)])
    )
    notes = {measure.name: measure.note for measure in found}
    assert notes["box_f1"] == "vanished: '1 dog'; appeared: '1 cup'"
    same = {m.name: m.note for m in TASK.compare(case(), TASK.parse([CAT]), TASK.parse([CAT]))}
    assert same["box_f1"] == ""
