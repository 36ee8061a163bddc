"""Zero-shot classification: its three shapes, its candidates, its ranking."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks._ranking import kendall_tau
from harness_tasks.zero_shot_classification import TASK

LABELS = ["garden", "kitchen", "attic"]
SCORES = [0.5, 0.3, 0.2]
FLAT = [{"label": label, "score": score} for label, score in zip(LABELS, SCORES, strict=True)]
PARALLEL = {"sequence": "The beans climb.", "labels": LABELS, "scores": SCORES}


def case(candidates: Json = None, **parameters: Json) -> Case:
    asked = {"candidate_labels": candidates or ["attic", "garden", "kitchen"], **parameters}
    return Case(id="beans", inputs="The beans climb.", parameters=asked)


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        (PARALLEL, "{labels,scores}"),
        ({**PARALLEL, "warnings": ["slow"]}, "{labels,scores}"),
        ([PARALLEL], "[{labels,scores}]"),
        (FLAT, "[{label,score}]"),
        (FLAT[::-1], "[{label,score}]"),
        ([FLAT], "[[{label,score}]]"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Json, variant: str) -> None:
    output = TASK.parse(answer)
    assert output.value == FLAT
    assert (output.text, output.variant) == ("garden", variant)
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer",
    [
        [PARALLEL, PARALLEL],
        {**PARALLEL, "scores": SCORES[:2]},
        {**PARALLEL, "labels": [*LABELS[:2], None]},
        [{**PARALLEL, "error": "overloaded"}],
        {"labels": LABELS},
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


def test_candidates_travel_in_the_parameters() -> None:
    assert TASK.build(case(["a", "b"], multi_label=True)).value == {
        "inputs": "The beans climb.",
        "parameters": {"candidate_labels": ["a", "b"], "multi_label": True},
    }


@pytest.mark.parametrize("parameters", [{}, {"candidate_labels": []}, {"candidate_labels": 3}])
def test_no_question_without_candidates(parameters: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match="candidate_labels"):
        TASK.build(Case(id="a", inputs="x", parameters=parameters))


@pytest.mark.parametrize(
    ("candidates", "message"),
    [
        (["garden", "kitchen", "attic"], "all 3 candidates have a score"),
        ("garden, kitchen,attic", "all 3 candidates have a score"),
        (["garden", "kitchen", "attic", "roof"], "without a score: 'roof'"),
        (["garden", "kitchen"], "never asked for: 'attic'"),
        (["garden", "kitchen", "Attic"], "without a score: 'Attic'; never asked for: 'attic'"),
    ],
)
def test_labels_are_exactly_the_candidates(candidates: Json, message: str) -> None:
    findings = {f.check: f for f in TASK.validate(case(candidates), TASK.parse(FLAT))}
    finding = findings["valid_candidates"]
    assert finding.message == message
    assert finding.ok == message.startswith("all")
    assert finding.weight == 0


def output(**scores: float) -> Output:
    return TASK.parse({"labels": list(scores), "scores": list(scores.values())})


def measures(before: Output, after: Output, **parameters: Json) -> dict[str, Any]:
    found = TASK.compare(case(["a", "b", "c"], **parameters), before, after)
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_the_same_ranking_correlates_fully_and_the_reverse_not_at_all() -> None:
    before = output(a=0.6, b=0.3, c=0.1)
    assert measures(before, output(a=0.5, b=0.4, c=0.1))["rank_correlation"] == 1.0
    reverse = measures(before, output(a=0.1, b=0.3, c=0.6))
    assert reverse == {
        "agreement": 0.0,
        "label_flip": 1.0,
        "top_k_overlap": 1.0,
        "score_drift": -0.5,
        "probability_shift": 0.5,
        "rank_correlation": -1.0,
    }


def test_with_several_right_labels_every_label_is_a_distribution() -> None:
    shift = measures(output(a=0.9, b=0.9, c=0.9), output(a=0.9, b=0.9, c=0.6), multi_label=True)
    assert shift["probability_shift"] == 0.1


def test_rank_correlation_is_left_out_where_it_is_undefined() -> None:
    assert kendall_tau({"a": 0.5}, {"a": 0.4}) is None
    assert kendall_tau({"a": 0.5, "b": 0.5}, {"a": 0.4, "b": 0.6}) is None
    assert kendall_tau({"a": 0.5, "b": 0.4}, {"c": 0.4, "d": 0.6}) is None


def test_rank_correlation_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    old = {"a": 0.5, "b": 0.2, "c": 0.2, "d": 0.1, "e": 0.05}
    new = {"a": 0.3, "b": 0.3, "c": 0.1, "d": 0.25, "e": 0.05}
    reference = stats.kendalltau(list(old.values()), list(new.values())).statistic
    assert kendall_tau(old, new) == pytest.approx(reference)


def test_labels_nobody_asked_for_cost_no_time() -> None:
    many = output(**{f"l{n}": 1e-5 for n in range(50_000)})
    assert measures(many, many)["agreement"] == 1.0


def test_expects_a_label_or_scores() -> None:
    expecting = Case(id="a", inputs="x", expect={"garden": 0.4, "attic": 0.1})
    assert TASK.expect(expecting, TASK.parse(FLAT)).ok
