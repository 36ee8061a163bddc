"""Answers that are labelled masks: read to a compact exact form, checked for legality."""

import zlib
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from harness.api import Case, Finding, Json, Output, ShapeError
from harness_tasks._boxes import counted, labels_of, nothing_found
from harness_tasks._labels import legal, number
from harness_tasks._media import from_base64, in_base64
from harness_tasks._pixels import grey_pixels, measured
from harness_tasks._signatures import IMAGE_TYPES, container_of
from harness_tasks._wire import in_words, quoted, refused

EXPECTED = "[{label, mask: base64 of a PNG, score?}, ...]"

MOST_PIXELS = 200_000_000
"""Pixels of all masks of one answer together."""


def parse_masks(answer: Json | bytes) -> Output:
    """Read `[{label, mask, score?}]`, flat or as the only entry of a list; raises ShapeError.

    An empty list is an answer: nothing was found. Canonical: by falling score, those without one
    last: `{label, score, sha256, width, height, area, bits}`. `area` is the share of set pixels,
    `bits` the mask, a bit a pixel, packed and deflated, in base64; both only with Pillow.
    """
    match answer:
        case []:
            return Output(value=[], variant="[]", text="")
        case [[dict(), *_] as entries]:
            variant = "[[{}]]"
        case [dict(), *_] as entries:
            variant = "[{}]"
        case _:
            raise refused(answer, EXPECTED)
    left, value = MOST_PIXELS, []
    for entry in entries:
        mask, left = _read(entry, left)
        value.append(mask)
    value.sort(key=lambda mask: -mask["score"] if "score" in mask else 1.0)
    fields = "{label,score,mask}" if all("score" in mask for mask in value) else "{label,mask}"
    limits = "" if all("bits" in mask for mask in value) else ", not decoded"
    output: list[Json] = [*value]
    text = counted(labels_of(output))
    return Output(value=output, variant=variant.replace("{}", fields) + limits, text=text)


def validate_masks(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether labels have names, scores are probabilities, masks are of one size."""
    if output.value == []:
        yield nothing_found(case)
        return
    masks = masks_of(output)
    size = len(output.value) if isinstance(output.value, list) else 0
    is_whole = 0 < len(masks) == size and all(mask["label"] for mask in masks)
    message = f"{size} masks" if is_whole else "a mask without a label, or none at all"
    yield legal("objects", message, ok=is_whole)
    for place, mask in enumerate(masks):
        score = mask.get("score", 1.0)
        if isinstance(score, bool) or not 0 <= score <= 1:
            name = quoted(mask["label"])
            message = f"score of {name} is {in_words(score)}, expected a number in 0..1"
            yield legal("scores", message, where=f"/{place}/score")
            break
    else:
        yield legal("scores", "every score is in range", ok=bool(masks))
    sizes = {(mask.get("width"), mask.get("height")) for mask in masks}
    message = "all masks are of one size" if len(sizes) == 1 else f"masks of {len(sizes)} sizes"
    yield legal("masks", message, ok=len(sizes) == 1)


def masks_of(output: Output) -> list[dict[str, Any]]:
    """Give the masks of a canonical value; what is none is left out."""
    entries = output.value if isinstance(output.value, list) else []
    masks = [entry for entry in entries if isinstance(entry, dict) and "sha256" in entry]
    return [mask for mask in masks if isinstance(mask.get("label"), str)]


def bits_of(mask: dict[str, Any]) -> Any:
    """Give a mask as a numpy array of packed bits, None where it was not decoded."""
    import numpy as np

    match mask:
        case {"bits": str(text), "width": int(width), "height": int(height)}:
            size = (width * height + 7) // 8
            packed = zlib.decompressobj().decompress(b64decode(text), size)
            return np.frombuffer(packed, np.uint8) if len(packed) == size else None
    return None


def _read(entry: Json, left: int) -> tuple[dict[str, Any], int]:
    """Give a mask in canonical form, and how many pixels the others may have."""
    match entry:
        case {"error": error} if error is not None:
            raise refused(entry, EXPECTED)
        case {"label": str(label), "mask": str(text), **rest}:
            body = from_base64(text, EXPECTED)
        case _:
            raise refused(entry, EXPECTED)
    container = container_of(body)
    if container not in IMAGE_TYPES:
        raise refused(text, EXPECTED)
    mask: dict[str, Any] = {"label": label, "sha256": sha256(body).hexdigest()}
    if rest.get("score") is not None:
        mask["score"] = number(rest["score"])
    size = measured(container, IMAGE_TYPES[container], body)
    if size is not None:
        mask["width"], mask["height"] = size
        left -= size[0] * size[1]
        if left < 0:
            raise ShapeError(f"got masks of more than {MOST_PIXELS:,} pixels; expected fewer")
    grey = grey_pixels(container, IMAGE_TYPES[container], body)
    if grey is not None:
        import numpy as np

        is_set = grey >= 128
        mask["area"] = round(float(is_set.mean()), 6)
        mask["bits"] = in_base64(zlib.compress(np.packbits(is_set).tobytes()))
    return mask, left
