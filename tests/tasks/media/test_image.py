"""Images as answers: every way they travel, features, legality, comparison, expectation."""

import base64
import hashlib
import io
import struct
from importlib.util import find_spec
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError, size_of
from harness.data.noun import replace
from harness_tasks._image_comparison import hash_distance, structural_similarity
from harness_tasks._samples import DOT, SLOPE, png
from harness_tasks.image_to_image import TASK as IMAGE_TO_IMAGE
from harness_tasks.text_to_image import TASK

NOISE = [hashlib.sha512(bytes([row])).digest() for row in range(64)]
"""64 rows of 64 pixels without any pattern."""


FORMS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


def features(answer: Json | bytes) -> dict[str, Any]:
    value = TASK.parse(answer).value
    assert isinstance(value, dict)
    return value


def encoded(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **extra: Any) -> bytes:
    images = pytest.importorskip("PIL.Image")
    image = images.new(mode, size)
    image.putdata([(7 * n) % 256 if mode in "LP" else (n % 256,) * len(mode) for n in
                   range(size[0] * size[1])])  # fmt: skip
    out = io.BytesIO()
    image.save(out, format=form, **extra)
    return out.getvalue()


FILES = {form: encoded(form) for form in FORMS} if find_spec("PIL") else {}
"""40 x 30 pixels in every container."""


@pytest.mark.parametrize("task", [TASK, IMAGE_TO_IMAGE], ids=lambda task: task.name)
@pytest.mark.parametrize(
    ("answer", "frame"),
    [
        (SLOPE, "image/png"),
        (base64.b64encode(SLOPE).decode(), "base64 image/png"),
        (base64.encodebytes(SLOPE).decode(), "base64 image/png"),
        ("data:image/webp;base64," + base64.b64encode(SLOPE).decode(), "base64 image/png"),
        ({"image": base64.b64encode(SLOPE).decode()}, "{image} image/png"),
    ],
    ids=["bytes", "base64", "lines", "data url", "object"],
)
def test_every_way_to_travel_gives_the_same_image(
    task: Any, answer: Json | bytes, frame: str, no_decoders: None
) -> None:
    output = task.parse(answer)
    assert output.variant == f"{frame}, not decoded"
    assert output.text == "image/png, 16 x 16"
    assert output.value == {
        "media_type": "image/png",
        "bytes": len(SLOPE),
        "sha256": hashlib.sha256(SLOPE).hexdigest(),
        "width": 16,
        "height": 16,
    }


def test_where_pillow_is_installed_the_look_is_known_too() -> None:
    pytest.importorskip("PIL")
    found = features(SLOPE)
    assert len(base64.b64decode(found["thumbnail"])) == 64 * 64
    assert len(found["perceptual_hash"]) == 16
    assert found["contrast"] > 40
    assert TASK.parse(SLOPE).variant == "image/png"


def test_an_image_of_one_colour_has_no_contrast_and_one_hash() -> None:
    pytest.importorskip("PIL")
    flat = [features(png([bytes([grey]) * 20] * 20)) for grey in (7, 99, 255)]
    assert {one["contrast"] for one in flat} == {0.0}
    assert len({one["perceptual_hash"] for one in flat}) == 1


def test_the_hash_is_that_of_imagehash() -> None:
    images, imagehash = pytest.importorskip("PIL.Image"), pytest.importorskip("imagehash")
    for body in (SLOPE, png(NOISE), encoded("JPEG", (333, 222))):
        reference = imagehash.phash(images.open(io.BytesIO(body)))
        assert features(body)["perceptual_hash"] == str(reference)


@pytest.mark.skipif(not FILES, reason="Pillow is not installed")
@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"),
        ("WEBP", "image/webp"), ("BMP", "image/bmp"),
    ],
)  # fmt: skip
def test_sizes_are_read_from_headers_of_every_container(
    form: str, media_type: str, either_way: None
) -> None:
    found = features(FILES[form])
    assert (found["media_type"], found["width"], found["height"]) == (media_type, 40, 30)


def test_headers_of_webp_and_odd_jpeg_are_read() -> None:
    lossless = encoded("WEBP", lossless=True)
    alpha = encoded("WEBP", mode="RGBA", lossless=False)
    assert size_of(lossless) == size_of(alpha) == (40, 30)
    progressive = encoded("JPEG", progressive=True, comment=b"\xff\xc0 not a frame")
    assert size_of(progressive) == (40, 30)
    assert size_of(b"\xff\xd8\xff\xff\xe0\x00\x04ab" + progressive[2:]) == (40, 30)
    assert size_of(b"RIFF\x00\x00\x00\x00WEBPXXXX" + bytes(30)) is None
    assert size_of(b"II*\x00" + bytes(30)) is None


def test_what_no_reader_is_trusted_with_keeps_its_digest(either_way: None) -> None:
    found = features(b"II*\x00" + bytes(30))
    assert found == {
        "media_type": "image/tiff",
        "bytes": 34,
        "sha256": hashlib.sha256(b"II*\x00" + bytes(30)).hexdigest(),
    }


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA", "LA", "1", "I;16"])
def test_every_pixel_mode_has_a_look(mode: str) -> None:
    images = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    images.new(mode, (9, 9)).save(out, format="PNG")
    assert "thumbnail" in features(out.getvalue())


def test_transparent_parts_are_white() -> None:
    images = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    images.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, format="PNG")
    assert set(base64.b64decode(features(out.getvalue())["thumbnail"])) == {255}


def test_a_decompression_bomb_is_refused_before_it_is_decoded(either_way: None) -> None:
    header = struct.pack(">II", 30_000, 30_000)
    bomb = SLOPE[:16] + header + SLOPE[24:]
    with pytest.raises(ShapeError, match=r"30,000 x 30,000 pixels, at most 50,000,000"):
        TASK.parse(bomb)
    with pytest.raises(ShapeError, match="header"):
        TASK.parse(SLOPE[:16] + struct.pack(">II", 0, 5) + SLOPE[24:])


def test_truncated_and_damaged_files_raise_nothing_but_shape_errors(either_way: None) -> None:
    for body in (SLOPE, DOT, *FILES.values()):
        step = max(1, len(body) // 40)
        damaged = [body[:cut] for cut in range(0, len(body), step)]
        damaged += [body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]
                    for at in range(0, len(body), step)]  # fmt: skip
        for one in damaged:
            try:
                output = TASK.parse(one)
            except ShapeError as error:
                assert "; expected" in str(error)  # noqa: PT017 - most raise, some are whole enough
            else:
                list(TASK.validate(TASK.sample, output))


def test_a_truncated_image_is_no_answer() -> None:
    pytest.importorskip("PIL")
    with pytest.raises(ShapeError, match=r"got [\d,]+ bytes of image/png, which cannot be decoded"):
        TASK.parse(SLOPE[:-30])


@pytest.mark.parametrize(
    ("width", "ok"), [(16, True), (8, True), (31, True), (32, False), (512, False), ("512", True)]
)
def test_the_size_asked_for_is_kept_but_for_rounding(width: Json, ok: bool) -> None:
    case = Case(id="a", inputs="x", parameters={"width": width})
    findings = list(TASK.validate(case, TASK.parse(SLOPE)))
    assert all(finding.ok for finding in findings) == ok


def measures(before: bytes, after: bytes) -> dict[str, Any]:
    found = TASK.compare(TASK.sample, TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value, abs=1e-9) for measure in found}


def test_the_same_bytes_agree_whatever_is_installed(either_way: None) -> None:
    assert measures(SLOPE, SLOPE)["agreement"] == 1.0


def test_without_a_decoder_only_bytes_are_compared(no_decoders: None) -> None:
    assert measures(SLOPE, DOT) == {"agreement": 0.0}


def test_another_encoder_makes_no_other_picture() -> None:
    images = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    images.open(io.BytesIO(SLOPE)).save(out, format="BMP")
    assert measures(SLOPE, out.getvalue()) == {
        "agreement": 1.0,
        "perceptual_distance": 0.0,
        "structural_similarity": 1.0,
        "pixel_ratio": 1.0,
    }


def test_another_size_or_another_picture_does_not_agree() -> None:
    pytest.importorskip("PIL")
    slope = [bytes(4 * (column + row) for column in range(32)) for row in range(32)]
    larger = measures(SLOPE, png(slope))
    assert larger["agreement"] == 0.0
    assert larger["pixel_ratio"] == 4.0
    other = measures(png(NOISE), png(NOISE[::-1]))
    assert other["agreement"] == 0.0
    assert other["structural_similarity"] != 1.0


def test_structural_similarity_is_that_of_the_formula() -> None:
    black, white, grey = bytes(4096), b"\xff" * 4096, b"\x64" * 4096
    assert structural_similarity(grey, grey) == 1.0
    steady = (0.01 * 255) ** 2
    assert structural_similarity(black, white) == pytest.approx(steady / (255**2 + steady))
    light = (2 * 100 * 255 + steady) / (100**2 + 255**2 + steady)
    assert structural_similarity(grey, white) == pytest.approx(light)
    stripes = bytes(255 * (column % 2) for column in range(64)) * 64
    opposite = bytes(255 - pixel for pixel in stripes)
    assert structural_similarity(stripes, opposite) < -0.9


def test_hash_distance_is_the_share_of_bits() -> None:
    assert hash_distance("0" * 16, "0" * 16) == 0.0
    assert hash_distance("0" * 16, "f" * 16) == 1.0
    assert hash_distance("0" * 16, "0" * 15 + "3") == 2 / 64
    assert hash_distance("0" * 16, None) is None
    assert hash_distance("0" * 16, "no hash") is None


@pytest.mark.parametrize(
    ("expect", "ok", "message"),
    [
        ({"width": 16, "height": 16}, True, "expected width 16, height 16; all met"),
        ({"width": 512}, False, "expected width 512; width is 16"),
        ({"media_type": "image/png"}, True, "expected media_type 'image/png'; all met"),
        ({"bytes": {"min": 10}}, True, "expected bytes min 10; all met"),
        ({"width": {"min": 8, "max": 15}}, False, "expected width min 8 and max 15; width is 16"),
        (
            {"media_type": {"min": 3}},
            False,
            "expected media_type min 3; media_type is 'image/png'",
        ),
    ],
)
def test_expectations(expect: Json, ok: bool, message: str) -> None:
    finding = TASK.expect(replace(TASK.sample, expect=expect), TASK.parse(SLOPE))
    assert (finding.check, finding.ok, finding.message) == ("expect", ok, message)


def test_a_feature_that_is_not_known_is_named(no_decoders: None) -> None:
    case = replace(TASK.sample, expect={"contrast": {"min": 5}})
    finding = TASK.expect(case, TASK.parse(SLOPE))
    assert not finding.ok
    assert "there is no 'contrast' among the features (bytes, height, " in finding.message


def test_a_hash_is_met_by_a_near_one() -> None:
    near = Output(value={"perceptual_hash": "000000000000000f"})
    for wanted, ok in (("0" * 16, True), ("f" * 16, False), ("no hash", False)):
        case = Case(id="a", inputs="x", expect={"perceptual_hash": wanted})
        assert TASK.expect(case, near).ok == ok
