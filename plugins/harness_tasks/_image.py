"""Answers that are one image: read to what a comparison needs, checked for legality."""

from collections.abc import Iterator
from hashlib import sha256

from harness.api import Case, Finding, Json, Output
from harness_tasks._media import body_of, features_of, in_base64
from harness_tasks._pixels import decoded, look_of, measured
from harness_tasks._signatures import IMAGE_TYPES, container_of
from harness_tasks._wire import refused

EXPECTED = "the bytes of an image, or base64 of them as a string or {image}"

ROUNDING = 16
"""Pixels by which models round a size: they work in blocks of 8 or 16."""


def parse_image(answer: Json | bytes) -> Output:
    """Read an image to its features; raises ShapeError, also for one that cannot be decoded.

    `{media_type, bytes, sha256, width, height, thumbnail, perceptual_hash, contrast}`; the last
    three only where Pillow is installed, the size only where the header is known.
    """
    body, framed = body_of(answer, "image", EXPECTED)
    container = container_of(body)
    media_type = IMAGE_TYPES.get(container)
    if media_type is None:
        raise refused(answer, EXPECTED)
    value: dict[str, Json] = {
        "media_type": media_type,
        "bytes": len(body),
        "sha256": sha256(body).hexdigest(),
    }
    text = media_type
    size = measured(container, media_type, body)
    if size is not None:
        value["width"], value["height"] = size
        text = f"{media_type}, {size[0]} x {size[1]}"
    grey = decoded(container, media_type, body)
    if grey is not None:
        look = look_of(grey)
        value["thumbnail"] = in_base64(look.thumbnail)
        value["perceptual_hash"] = look.perceptual_hash
        value["contrast"] = look.contrast
    limits = "" if grey is not None else ", not decoded"
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
