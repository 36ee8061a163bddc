"""Sentence similarity: numbers read, counted, compared and expected."""

import math
import sys
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks.sentence_similarity import TASK

SENTENCES: Json = ["Rain falls.", "It rains.", "Cats sleep."]


def case(expect: Json = None) -> Case:
    inputs: Json = {"source_sentence": "It is raining.", "sentences": SENTENCES}
    return Case(id="rain", inputs=inputs, expect=expect)


def test_a_list_of_numbers_is_the_canonical_form() -> None:
    output = TASK.parse([0.75, 1, 0.25])
    assert (output.value, output.text, output.variant) == ([0.75, 1.0, 0.25], "1", "[float]")
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer", [[0.5, None], [0.5, "1"], [0.5, True], [[0.5]], [10**400], {"similarities": [0.5]}]
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([0.5], "1 finite number for 3 sentences"),
        ([0.5] * 4, "4 finite numbers for 3 sentences"),
        ([0.5, math.nan, 0.5], "2 finite numbers for 3 sentences"),
    ],
)
def test_what_is_not_legal_is_found(answer: Any, message: str) -> None:
    findings = [f for f in TASK.validate(case(), TASK.parse(answer)) if not f.ok]
    assert [(f.check, f.message) for f in findings] == [("valid_similarities", message)]


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_noise_agrees_and_the_greatest_difference_is_told() -> None:
    assert measures([0.7, 0.9, 0.2], [0.7005, 0.9, 0.2]) == {
        "agreement": 1.0, "max_difference": 0.0005, "rank_correlation": 1.0,
    }  # fmt: skip
    assert measures([0.7, 0.9, 0.2], [0.9, 0.7, 0.1]) == {
        "agreement": 0.0, "max_difference": 0.2, "rank_correlation": 1 / 3,
    }  # fmt: skip


def test_what_cannot_be_ranked_has_no_correlation() -> None:
    assert measures([0.5, 0.5], [0.5, 0.6]) == {"agreement": 0.0, "max_difference": 0.1}
    assert measures([0.5, 0.5], [0.5]) == {"agreement": 0.0}
    assert measures([1e308, 1.0], [-1e308, 1.0])["max_difference"] == sys.float_info.max


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ("It rains.", True, "expected 'It rains.' as most similar, got 'It rains.'"),
        ("Cats sleep.", False, "expected 'Cats sleep.' as most similar, got 'It rains.'"),
        (1, True, "expected sentence 1 as most similar, got 1"),
        (0, False, "expected sentence 0 as most similar, got 1"),
        (
            [0.745, 0.9, 0.2],
            True,
            "expected 3 numbers within 0.01, got 0.750, 0.900, 0.200",
        ),
        (
            [0.73, 0.9, 0.2],
            False,
            "expected 3 numbers within 0.01, got 0.750, 0.900, 0.200",
        ),
        ([0.75], False, "expected 1 number within 0.01, got 0.750, 0.900, 0.200"),
        ([10**400], False, "expected 1 number within 0.01, got 0.750, 0.900, 0.200"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse([0.75, 0.9, 0.2]))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("expect", [0.5, True, [], {}, ["a"], [True]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse([0.75, 0.9, 0.2]))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a sentence, its place or numbers, not ")


def test_asks_with_the_source_and_the_sentences() -> None:
    assert TASK.build(case()).value == {"inputs": case().inputs}


@pytest.mark.parametrize(
    "inputs", ["a", None, {"sentences": ["a"]}, {"source_sentence": "a", "sentences": []}]
)
def test_no_question_without_sentences(inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs: \{source_sentence: "):
        TASK.build(Case(id="a", inputs=inputs))


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "a", ["a"], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, TASK.parse([0.5]))}
