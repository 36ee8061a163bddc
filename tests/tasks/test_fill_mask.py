"""Fill mask: flat and nested answers, legality, top tokens compared and expected."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks.fill_mask import TASK


def filled(**scores: float) -> list[dict[str, Any]]:
    return [
        {"score": score, "token": 7, "token_str": token, "sequence": f"a {token} sea"}
        for token, score in scores.items()
    ]


def case(expect: Json = None, **parameters: Json) -> Case:
    return Case(id="sea", inputs="A [MASK] sea.", expect=expect, parameters=parameters)


CALM: dict[str, Any] = {"token": "calm", "score": 0.6, "sequence": "a calm sea"}
WILD: dict[str, Any] = {"token": "wild", "score": 0.3, "sequence": "a wild sea"}


@pytest.mark.parametrize(
    ("answer", "value", "text", "variant"),
    [
        (filled(calm=0.6, wild=0.3), [[CALM, WILD]], "calm", "[{token_str,score}]"),
        (filled(wild=0.3, calm=0.6), [[CALM, WILD]], "calm", "[{token_str,score}]"),
        (
            [filled(calm=0.6), filled(wild=0.3, calm=0.6)],
            [[CALM], [CALM, WILD]],
            "calm calm",
            "[[{token_str,score}]]",
        ),
        ([{**CALM}], [[CALM]], "calm", "[{token_str,score}]"),
        ([{**CALM, "token": 12}], [[{**CALM, "token": "12"}]], "12", "[{token_str,score}]"),
    ],
)
def test_every_shape_has_one_canonical_form(
    answer: Any, value: Json, text: str, variant: str
) -> None:
    output = TASK.parse(answer)
    assert (output.value, output.text, output.variant) == (value, text, variant)
    assert all(finding.ok for finding in TASK.validate(case(), output))


@pytest.mark.parametrize(
    "answer",
    [
        [filled(calm=0.6), []],
        [filled(calm=0.6), None],
        [{**CALM, "score": None}],
        [{**CALM, "sequence": 3}],
        [{**CALM, "token": True}],
        [{**CALM, "token": 10**40}],
        [{"token_str": "calm", "score": 0.5}],
        {"score": 0.5, "token_str": "calm", "sequence": "s"},
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("answer", "parameters", "check"),
    [
        (filled(calm=1.5), {}, "valid_scores"),
        (filled(calm=0.5) * 2, {}, "valid_tokens"),
        ([{**CALM, "token": ""}], {}, "valid_tokens"),
        ([{**CALM, "score": True}], {}, "valid_tokens"),
        (filled(calm=0.5, wild=0.1), {"top_k": 1}, "valid_top_k"),
        ([filled(calm=0.5, wild=0.1), filled(wild=0.1)], {"top_k": 1}, "valid_top_k"),
    ],
)
def test_what_is_not_legal_is_found(answer: Any, parameters: Any, check: str) -> None:
    findings = TASK.validate(case(**parameters), TASK.parse(answer))
    assert [finding.check for finding in findings if not finding.ok] == [check]


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_overlap_is_the_share_of_the_longer_list_and_rank_that_of_shared_tokens() -> None:
    before = filled(a=0.4, b=0.3, c=0.2, d=0.1)
    assert measures(before, before) == {
        "agreement": 1.0, "top_k_overlap": 1.0, "rank_correlation": 1.0,
    }  # fmt: skip
    after = filled(b=0.4, a=0.3, c=0.2, e=0.1)  # of a, b, c one pair of three is turned
    assert measures(before, after) == {
        "agreement": 0.0, "top_k_overlap": 3 / 4, "rank_correlation": 1 / 3,
    }  # fmt: skip
    assert measures(before, filled(a=0.9))["top_k_overlap"] == 1 / 4


def test_several_masks_are_averaged_and_must_all_agree() -> None:
    before = [filled(a=0.9, b=0.1), filled(a=0.9, b=0.1)]
    after = [filled(a=0.9, b=0.1), filled(b=0.9, c=0.1)]
    assert measures(before, after) == {
        "agreement": 0.0, "top_k_overlap": 3 / 4, "rank_correlation": 1.0,
    }  # fmt: skip


def test_another_number_of_masks_is_no_agreement() -> None:
    assert measures(filled(a=0.9), [filled(a=0.9), filled(a=0.9)]) == {"agreement": 0.0}


@pytest.mark.parametrize(
    ("answer", "expect", "ok", "message"),
    [
        (filled(calm=0.6), "calm", True, "expected 'calm', got 'calm'"),
        (filled(**{" calm": 0.6}), "calm", True, "expected 'calm', got 'calm'"),
        (filled(calm=0.6), ["wild", "calm"], True, "expected 'wild' or 'calm', got 'calm'"),
        (filled(calm=0.6, wild=0.3), "wild", False, "expected 'wild', got 'calm'"),
        (
            [filled(calm=0.6), filled(wild=0.6)],
            [["calm"], ["wild", "rough"]],
            True,
            "expected 'calm', then 'wild' or 'rough', got 'calm', then 'wild'",
        ),
        (filled(calm=0.6), [["calm"], ["wild"]], False, "expected 'calm', then 'wild', got 'calm'"),
    ],
)
def test_expectations(answer: Any, expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(case(expect), TASK.parse(answer))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize("expect", [3, True, [], {}, [3], [[]], [["a"], 3], [["a"], []]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse(filled(a=0.9)))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a token, or a list of tokens")


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "calm", [1], [[1]], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, strange)}


def test_asks_with_inputs_and_parameters() -> None:
    assert TASK.build(case(top_k=3, targets=None)).value == {
        "inputs": "A [MASK] sea.",
        "parameters": {"top_k": 3},
    }
