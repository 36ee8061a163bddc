"""Answers that are one image: read to what a comparison needs, checked for legality."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output
from harness_tasks._media import features_of, file_features, in_base64, recognized
from harness_tasks._pixels import look_of, measured
from harness_tasks._signatures import IMAGE_TYPES

EXPECTED = "the bytes of an image, or base64 of them as a string or {image}"

ROUNDING = 16
"""Pixels by which models round a size: they work in blocks of 8 or 16."""


def parse_image(answer: Json | bytes) -> Output:
    """Read an image to its features; raises ShapeError, also for one that cannot be decoded.

    `{media_type, bytes, sha256, width, height, thumbnail, perceptual_hash, contrast}`; the last
    three only where Pillow is installed, the size only where the header is known.
    """
    body, container, framed = recognized(answer, "image", IMAGE_TYPES, EXPECTED)
    text = media_type = IMAGE_TYPES[container]
    value = file_features(media_type, body)
    size = measured(container, media_type, body)
    if size is not None:
        value["width"], value["height"] = size
        text = f"{media_type}, {size[0]} x {size[1]}"
    look = look_of(container, media_type, body)
    if look is not None:
        value["thumbnail"] = in_base64(look.thumbnail)
        value["perceptual_hash"] = look.perceptual_hash
        value["contrast"] = look.contrast
    limits = "" if look is not None else ", not decoded"
    return Output(value=value, variant=framed + media_type + limits, text=text)


def validate_image(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is an image, and of the size asked for, give or take `ROUNDING`."""
    features = features_of(output)
    is_image = isinstance(features.get("media_type"), str) and bool(features.get("bytes"))
    message = output.text if is_image and output.text else "there is no image"
    yield Finding(check="valid_image", ok=is_image, message=message, weight=0)
    for side in ("width", "height"):
        asked, got = case.parameters.get(side), features.get(side)
        if isinstance(asked, int) and isinstance(got, int) and not isinstance(asked, bool):
            ok = abs(asked - got) < ROUNDING
            message = f"{side} {got}, asked for {asked}"
            yield Finding(check=f"valid_{side}", ok=ok, message=message, weight=0)
