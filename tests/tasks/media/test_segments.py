"""Labelled masks: shapes, legality, overlap, expectation."""

import base64
import struct
from typing import Any

import pytest

from harness.api import Case, Json, ShapeError
from harness_tasks._samples import SLOPE, png
from harness_tasks._segments import bits_of, masks_of
from harness_tasks.image_segmentation import TASK


def rows(*counts: int, width: int = 10) -> bytes:
    """Give a mask whose rows begin with so many set pixels."""
    return png([b"\xff" * count + b"\x00" * (width - count) for count in counts])


def mask(label: str, body: bytes, score: float | None = 0.9) -> Any:
    scored = {} if score is None else {"score": score}
    return {"label": label, "mask": base64.b64encode(body).decode(), **scored}


SKY, SEA = mask("sky", rows(10, 10, 0, 0)), mask("sea", rows(0, 0, 10, 10), 0.8)


def case(expect: Json = None) -> Case:
    return Case(id="shore", expect=expect)


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ([SKY, SEA], "[{label,score,mask}]"),
        ([SEA, SKY], "[{label,score,mask}]"),
        ([[SEA, SKY]], "[[{label,score,mask}]]"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Json, variant: str, no_decoders: None) -> None:
    output = TASK.parse(answer)
    assert [entry["label"] for entry in masks_of(output)] == ["sky", "sea"]
    assert (output.variant, output.text) == (f"{variant}, not decoded", "1 sea, 1 sky")
    assert masks_of(output)[0].keys() == {"label", "score", "sha256", "width", "height"}


@pytest.mark.parametrize("null", [{}, {"score": None}])
def test_a_mask_without_a_score_is_an_answer_and_comes_last(null: dict[str, Json]) -> None:
    output = TASK.parse([{**mask("sky", rows(1), None), **null}, mask("sea", rows(2), 0.1)])
    assert [entry["label"] for entry in masks_of(output)] == ["sea", "sky"]
    assert output.variant.startswith("[{label,mask}]")
    assert all(f.ok for f in TASK.validate(case(), output))


def test_a_mask_is_kept_whole() -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("PIL")
    (entry,) = masks_of(TASK.parse([mask("sky", rows(3, 0, 10))]))
    assert (entry["width"], entry["height"], entry["area"]) == (10, 3, round(13 / 30, 6))
    bits = np.unpackbits(bits_of(entry))[:30].reshape(3, 10)
    assert bits.sum(axis=1).tolist() == [3, 0, 10]
    assert bits[0].tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]


def measures(before: Json, after: Json) -> dict[str, Any]:
    pair = (TASK.parse(before), TASK.parse(after))
    return {m.name: pytest.approx(m.value) for m in TASK.compare(case(), *pair)}


def test_the_same_masks_agree_whatever_is_installed(either_way: None) -> None:
    same = {"agreement": 1.0, "mask_iou": 1.0, "label_agreement": 1.0}
    assert measures([SKY, SEA], [SEA, SKY]) == same


def test_overlap_is_intersection_over_union_and_its_mean_over_labels() -> None:
    pytest.importorskip("PIL")
    shifted = mask("sky", rows(10, 10, 10, 0))  # 20 of 30 pixels
    assert measures([SKY, SEA], [shifted, SEA]) == {
        "agreement": 1.0, "mask_iou": (20 / 30 + 1) / 2, "label_agreement": 1.0,
    }  # fmt: skip
    half = mask("sky", rows(10, 0, 0, 0))  # 10 of 20: not more than one half
    assert measures([SKY], [half]) == {"agreement": 0.0, "mask_iou": 0.5, "label_agreement": 1.0}
    empty = mask("sky", rows(0, 0, 0, 0))
    assert measures([empty], [mask("sky", png([bytes(10)] * 4), 0.1)])["mask_iou"] == 1.0


def test_the_least_overlap_is_named() -> None:
    pytest.importorskip("PIL")
    found = TASK.compare(case(), TASK.parse([SKY, SEA]), TASK.parse([SKY]))
    (overlap,) = [measure for measure in found if measure.name == "mask_iou"]
    assert (overlap.value, overlap.note) == (0.5, "least 0.00: sea, on one side only")


def test_an_object_in_two_masks_is_compared_as_one() -> None:
    pytest.importorskip("PIL")
    parts = [mask("sky", rows(10, 0, 0, 0)), mask("sky", rows(0, 10, 0, 0))]
    assert measures([SKY], parts) == {"agreement": 1.0, "mask_iou": 1.0, "label_agreement": 0.5}


def test_another_label_or_size_does_not_agree() -> None:
    assert measures([SKY], [mask("sea", rows(10, 10, 0, 0))]) == {
        "agreement": 0.0, "mask_iou": 0.0, "label_agreement": 0.0,
    }  # fmt: skip
    assert measures([SKY], [mask("sky", rows(10, 10, 0))])["mask_iou"] == 0.0


def test_without_a_decoder_only_equal_files_overlap(no_decoders: None) -> None:
    other = mask("sky", rows(10, 10, 1, 0))
    assert measures([SKY, SEA], [other, SEA]) == {
        "agreement": 0.0, "mask_iou": 0.5, "label_agreement": 1.0,
    }  # fmt: skip


def test_nothing_found_is_an_answer_unless_something_is_expected() -> None:
    nothing = TASK.parse([])
    assert all(f.ok for f in TASK.validate(case(), nothing))
    assert not all(f.ok for f in TASK.validate(case("sky"), nothing))
    assert measures([], []) == {"agreement": 1.0, "label_agreement": 1.0}
    assert measures([SKY], [])["agreement"] == 0.0


@pytest.mark.parametrize(
    ("answer", "checks"),
    [
        ([mask("", rows(1))], ["valid_objects"]),
        ([mask("sky", rows(1), 1.5)], ["valid_scores"]),
        ([mask("sky", rows(1)), mask("sea", rows(1, 1))], ["valid_masks"]),
    ],
)
def test_legality(answer: Json, checks: list[str]) -> None:
    findings = TASK.validate(case(), TASK.parse(answer))
    assert [f.check for f in findings if not f.ok] == checks


def test_bombs_are_refused_before_they_are_decoded(either_way: None) -> None:
    huge = SLOPE[:16] + struct.pack(">II", 30_000, 30_000) + SLOPE[24:]
    with pytest.raises(ShapeError, match="30,000 x 30,000 pixels"):
        TASK.parse([mask("sky", huge)])


def test_many_large_masks_are_refused_together(no_decoders: None) -> None:
    large = SLOPE[:16] + struct.pack(">II", 7_000, 7_000) + SLOPE[24:]
    TASK.parse([mask("sky", large)] * 4)
    with pytest.raises(ShapeError, match="masks of more than 200,000,000 pixels"):
        TASK.parse([mask("sky", large)] * 5)


@pytest.mark.parametrize("body", [SLOPE[:-30], b"RIFF....WAVE", b"text"])
def test_a_mask_that_is_no_image_is_refused(body: bytes) -> None:
    pytest.importorskip("PIL")
    with pytest.raises(ShapeError):
        TASK.parse([mask("sky", body)])


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ("sky", True, "expected 1 sky, got '1 sea, 1 sky'"),
        (["sky", "sea"], True, "expected 1 sea, 1 sky, got '1 sea, 1 sky'"),
        (["sky", "sand"], False, "expected 1 sand, 1 sky, got '1 sea, 1 sky'"),
        ([], False, "expected nothing, got '1 sea, 1 sky'"),
        ({"sky": 0.5}, True, "expected sky at least 0.5 of the picture; all reached"),
        ({"sky": 0.6}, False, "expected sky at least 0.6 of the picture; sky has 0.5"),
        ({"sand": 0.1}, False, "expected sand at least 0.1 of the picture; sand has 0"),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    pytest.importorskip("PIL")
    finding = TASK.expect(case(expect), TASK.parse([SKY, SEA]))
    assert (finding.ok, finding.message) == (ok, message)
