"""Sentence ranking: places read, checked, compared and expected; tau-b is that of scipy."""

import math
import random
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks._ranking import tau_b
from harness_tasks.sentence_ranking import TASK

TEXTS: Json = ["Salt is white.", "Bees make honey.", "Honey keeps for years."]


def case(expect: Json = None, **parameters: Json) -> Case:
    inputs: Json = {"query": "Where does honey come from?", "texts": TEXTS}
    return Case(id="honey", inputs=inputs, expect=expect, parameters=parameters)


def ranked(*pairs: tuple[int, float], **more: Any) -> list[dict[str, Any]]:
    return [{"index": index, "score": score, **more} for index, score in pairs]


ORDER = ((1, 0.9), (2, 0.4), (0, 0.1))


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        (ranked(*ORDER), "[{index,score}]"),
        (ranked(*ORDER[::-1]), "[{index,score}]"),
        (ranked(*ORDER, text="Bees"), "[{index,score,text}]"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Any, variant: str) -> None:
    output = TASK.parse(answer)
    assert (output.value, output.text, output.variant) == (ranked(*ORDER), "1", variant)
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer",
    [
        [{"index": "1", "score": 0.5}],
        [{"index": True, "score": 0.5}],
        [{"index": -1, "score": 0.5}],
        [{"index": 1, "score": "0.5"}],
        [{"index": 1}],
        [[{"index": 1, "score": 0.5}]],
        [{"index": 1, "score": 0.5, "error": "x"}],
        {"results": [{"index": 1, "relevance_score": "0.5"}]},
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("pairs", "check", "message"),
    [
        (ORDER[:2], "valid_places", "expected 3 texts ranked once each, got 2 places"),
        ((*ORDER[:2], (1, 0.1)), "valid_places", "expected 3 texts ranked once each, got 3 places"),
        ((*ORDER[:2], (3, 0.1)), "valid_places", "expected 3 texts ranked once each, got 3 places"),
        (
            (*ORDER[:2], (0, -2.0)),
            "valid_scores",
            "a score is the number -2.0, expected a number in 0..1",
        ),
    ],
)
def test_what_is_not_legal_is_found(pairs: Any, check: str, message: str) -> None:
    findings = [f for f in TASK.validate(case(), TASK.parse(ranked(*pairs))) if not f.ok]
    assert [(f.check, f.message) for f in findings] == [(check, message)]


def test_raw_scores_may_be_any_finite_number() -> None:
    output = TASK.parse(ranked((1, 7.5), (2, 0.4), (0, -9.0)))
    assert all(finding.ok for finding in TASK.validate(case(raw_scores=True), output))
    endless = TASK.parse(ranked((1, math.inf), (2, 0.4), (0, -9.0)))
    assert not all(finding.ok for finding in TASK.validate(case(raw_scores=True), endless))


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(ranked(*before)), TASK.parse(ranked(*after)))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_order_and_best_text_are_compared() -> None:
    assert measures(ORDER, ((1, 0.8), (2, 0.3), (0, 0.2))) == {
        "agreement": 1.0, "top_agreement": 1.0, "top_k_overlap": 1.0, "rank_correlation": 1.0,
    }  # fmt: skip
    assert measures(ORDER, ((1, 0.8), (0, 0.3), (2, 0.2))) == {
        "agreement": 0.0, "top_agreement": 1.0, "top_k_overlap": 1.0, "rank_correlation": 1 / 3,
    }  # fmt: skip
    assert measures(ORDER, ((0, 0.8), (2, 0.3), (1, 0.2))) == {
        "agreement": 0.0, "top_agreement": 0.0, "top_k_overlap": 0.0, "rank_correlation": -1.0,
    }  # fmt: skip


def test_of_many_texts_the_best_ten_overlap_in_any_order() -> None:
    before = [(place, 1 - place / 100) for place in range(40)]
    after = [(place, 0.5 + place / 100 if place < 8 else 0.4 - place / 100) for place in range(40)]
    after[8], after[30] = (8, 0.001), (30, 0.45)
    assert measures(before, after)["top_k_overlap"] == 0.9


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        (1, True, "expected text 1 first, got 1"),
        (0, False, "expected text 0 first, got 1"),
        ("Bees make honey.", True, "expected 'Bees make honey.' first, got 'Bees make honey.'"),
        ("Salt is white.", False, "expected 'Salt is white.' first, got 'Bees make honey.'"),
        ([1, 2], True, "expected the order [1, 2], got [1, 2, 0]"),
        ([1, 0], False, "expected the order [1, 0], got [1, 2, 0]"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse(ranked(*ORDER)))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("expect", [0.5, True, [], {}, ["a"], [True]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse(ranked(*ORDER)))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a text, its place or places, not ")


def test_query_texts_and_parameters_travel_at_the_root() -> None:
    assert TASK.build(case(raw_scores=True, truncate=None)).value == {
        "query": "Where does honey come from?", "texts": TEXTS, "raw_scores": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "inputs", ["a", None, {"query": "a"}, {"query": "a", "texts": []}, {"texts": ["a"]}]
)
def test_no_question_without_query_and_texts(inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs: \{query: "):
        TASK.build(Case(id="a", inputs=inputs))


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "a", [1], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, strange)}


def test_tau_b_is_that_of_scipy_with_and_without_ties() -> None:
    stats = pytest.importorskip("scipy.stats")
    chance = random.Random(3)
    for levels in (3, 10, 10_000):
        old = [float(chance.randrange(levels)) for _ in range(40)]
        new = [float(chance.randrange(levels)) for _ in range(40)]
        assert tau_b(old, new) == pytest.approx(stats.kendalltau(old, new).statistic)


def test_a_hundred_thousand_places_are_quick() -> None:
    many = [float(place) for place in range(100_000)]
    assert tau_b(many, many) == 1.0
    assert tau_b(many, many[::-1]) == -1.0
