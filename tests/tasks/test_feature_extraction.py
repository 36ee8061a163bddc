"""Feature extraction: every nesting, legality, angles compared and expected."""

import base64
import math
import struct
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks._vectors import cosine
from harness_tasks.feature_extraction import TASK

MEAN = ", mean over tokens"


def case(expect: Json = None, inputs: Json = "A bell.", **parameters: Json) -> Case:
    return Case(id="bell", inputs=inputs, expect=expect, parameters=parameters)


def packed(*numbers: float, kind: str = "f") -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}{kind}", *numbers)).decode()


def embedded(**fields: Any) -> dict[str, Any]:
    return {"object": "embedding", **fields}


@pytest.mark.parametrize(
    ("answer", "vector", "variant"),
    [
        ([0.5, -1.5], [0.5, -1.5], "[float]"),
        ([[0.5, -1.5]], [0.5, -1.5], "[[float]]"),
        ([[[0.5, 1.0], [1.5, 3.0]]], [1.0, 2.0], f"[[[float]]]{MEAN}"),
        ([[[[0.5, 1.0], [1.5, 3.0]]]], [1.0, 2.0], f"[[[[float]]]]{MEAN}"),
        (packed(0.5, -1.5), [0.5, -1.5], "base64"),
        ([packed(0.5, -1.5)], [0.5, -1.5], "[base64]"),
        ([1, 2], [1.0, 2.0], "[float]"),
        (
            {"data": [embedded(index=0, embedding=[0.5, -1.5])], "model": "m"},
            [0.5, -1.5],
            "{data:[{embedding:[float]}]}",
        ),
        (
            {"data": [embedded(index=0, embedding=packed(0.5, -1.5))]},
            [0.5, -1.5],
            "{data:[{embedding:base64}]}",
        ),
    ],
)
def test_every_nesting_becomes_one_vector(answer: Any, vector: list[float], variant: str) -> None:
    output = TASK.parse(answer)
    assert output.value == {"vector": vector, "shape": [len(vector)]}
    assert (output.variant, output.text) == (variant, "2 numbers")
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    ("answer", "vector"),
    [
        ([[0.5, 1.0], [2.0, 3.0]], [0.5, 1.0, 2.0, 3.0]),
        ([[[0.5, 1.0]], [[1.0, 2.0], [3.0, 4.0]]], [0.5, 1.0, 2.0, 3.0]),
        ([[[[0.5, 1.0]]], [[[1.0, 2.0], [3.0, 4.0]]]], [0.5, 1.0, 2.0, 3.0]),
        ([packed(0.5, 1.0), packed(2.0, 3.0)], [0.5, 1.0, 2.0, 3.0]),
        (
            {
                "data": [
                    embedded(index=1, embedding=[2.0, 3.0]),
                    embedded(index=0, embedding=[0.5, 1.0]),
                ]
            },
            [0.5, 1.0, 2.0, 3.0],
        ),
    ],
)
def test_several_inputs_have_a_vector_each_in_order(answer: Any, vector: list[float]) -> None:
    output = TASK.parse(answer)
    assert output.value == {"vector": vector, "shape": [2, 2]}
    assert all(finding.ok for finding in TASK.validate(case(inputs=["a", "b"]), output))
    (finding,) = [finding for finding in TASK.validate(case(), output) if not finding.ok]
    assert finding.message == "2 vectors for 1 input"


@pytest.mark.parametrize(
    "answer",
    [
        [[]],
        [0.5, None],
        [0.5, "1"],
        [0.5, True],
        [10**400, 1.0],
        [[0.5], [0.5, 1.0]],
        [[[0.5], [0.5, 1.0]]],
        [[[[0.5]], [[0.5]]]],
        [[[[[0.5]]]]],
        "AAA=",
        "no base64!",
        [packed(1.0), 3],
        {"data": []},
        {"data": [{"embedding": None}]},
        {"data": [{"embedding": [0.5]}, {"index": 1}]},
        {"data": [{"embedding": [0.5]}], "error": "x"},
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([0.0, 0.0], "vector 0 is all zero"),
        ([math.inf, 1.0], "vector 0 holds a number that is not finite"),
        ([math.nan, 1.0], "vector 0 holds a number that is not finite"),
        ([3e30, 1.0], "vector 0 holds 3e+30: not an embedding, or not float32"),
        (
            packed(*([0.5] * 4), kind="d"),
            "every second number of vector 0 is 0: not float32",
        ),
    ],
)
def test_what_is_not_legal_is_found(answer: Any, message: str) -> None:
    findings = [f for f in TASK.validate(case(), TASK.parse(answer)) if not f.ok]
    assert [(f.check, f.message) for f in findings] == [("valid_numbers", message)]


def test_the_dimension_asked_for_is_held_against_the_answer() -> None:
    output = TASK.parse([0.6, 0.8])
    assert all(finding.ok for finding in TASK.validate(case(dimensions=2), output))
    (finding,) = [f for f in TASK.validate(case(dimensions=3), output) if not f.ok]
    assert (finding.check, finding.message) == ("valid_dimensions", "2 dimensions, 3 asked for")


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ([1.0, 0.0], [0.0, 2.0], 0.0),
        ([3.0, 4.0], [4.0, 3.0], 24 / 25),
        ([1.0, 2.0], [-2.0, -4.0], -1.0),
        ([1e308, 1e308], [1e-300, 1e-300], 1.0),
        ([1.0], [1.0, 2.0], None),
        ([0.0], [1.0], None),
        ([math.inf], [1.0], None),
    ],
)
def test_cosine_is_that_of_the_angle(old: Any, new: Any, value: float | None) -> None:
    assert cosine(old, new) == (None if value is None else pytest.approx(value))


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_embeddings_agree_from_a_cosine_of_999_thousandths() -> None:
    near = [math.cos(0.04), math.sin(0.04)]  # cosine 0.9992
    far = [math.cos(0.05), math.sin(0.05)]  # cosine 0.99875
    assert measures([1.0, 0.0], near) == {
        "agreement": 1.0, "cosine": math.cos(0.04), "dimension_agreement": 1.0,
    }  # fmt: skip
    assert measures([1.0, 0.0], far)["agreement"] == 0.0
    assert measures([3.0, 4.0], [[4.0, 3.0]])["cosine"] == 24 / 25


def test_of_several_vectors_the_least_cosine_counts() -> None:
    before, after = [[1.0, 0.0], [3.0, 4.0]], [[1.0, 0.0], [4.0, 3.0]]
    assert measures(before, after) == {
        "agreement": 0.0, "cosine": 24 / 25, "dimension_agreement": 1.0,
    }  # fmt: skip


def test_another_dimension_has_no_cosine() -> None:
    assert measures([1.0, 0.0], [1.0, 0.0, 0.0]) == {"agreement": 0.0, "dimension_agreement": 0.0}
    assert measures([0.0, 0.0], [1.0, 0.0]) == {"agreement": 0.0, "dimension_agreement": 1.0}


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ([3, 4], True, "expected a cosine of at least 0.999, got 1.0000"),
        ([4.0, 3.0], False, "expected a cosine of at least 0.999, got 0.9600"),
        ([1, 2, 3], False, "expected one vector of 3 dimensions, got 2 numbers"),
    ],
)
def test_expects_a_vector(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse([0.6, 0.8]))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("expect", ["a", 3, True, [], {}, ["a"], [True]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse([0.6, 0.8]))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a vector, a list of numbers, not ")


def test_parameters_travel_at_the_root() -> None:
    assert TASK.build(case(normalize=True, truncate=None)).value == {
        "inputs": "A bell.",
        "normalize": True,
    }


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    strange_values: list[Json] = [
        None, "a", [1], {"vector": "a", "shape": [1]}, {"vector": [1.0], "shape": []},
        {"vector": [10**400], "shape": [1]}, {"vector": [1.0, 2.0, 3.0], "shape": [2]},
    ]  # fmt: skip
    for value in strange_values:
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, TASK.parse([1.0]))}


def test_half_a_million_numbers_are_quick() -> None:
    tokens: Json = [[[0.25] * 1024 for _ in range(512)]]
    output = TASK.parse(tokens)
    assert output.value == {"vector": [0.25] * 1024, "shape": [1024]}
