"""Two images as numbers: agreement, perceptual distance, structural similarity, size."""

from base64 import b64decode
from collections.abc import Iterator

from harness.api import Case, Json, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._media import features_of
from harness_tasks._pixels import SIDE

IMAGE_MEASURES = directions("perceptual_distance", "structural_similarity", "pixel_ratio")
"""What `compare_images` gives."""

SAME_DISTANCE = 6 / 64
"""Share of hash bits in which two images of one picture may differ."""

SAME_SIMILARITY = 0.95
"""Structural similarity from which two images show one picture."""

WINDOW = 8
"""Pixels of the side of the window in which structural similarity is taken."""


def compare_images(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement, and where both were decoded how far apart they look.

    Images agree when their bytes are equal, or they are of one size and look the same
    (`SAME_DISTANCE`, `SAME_SIMILARITY`): another encoder makes no other picture.
    `perceptual_distance` is the share of differing hash bits, 0..1; `structural_similarity` that
    of the thumbnails, -1..1; `pixel_ratio` candidate to baseline.
    """
    old, new = features_of(before), features_of(after)
    is_equal = bool(old) and old.get("sha256") == new.get("sha256")
    first, second = _thumbnail(old), _thumbnail(new)
    distance = hash_distance(old.get("perceptual_hash"), new.get("perceptual_hash"))
    if first is None or second is None or distance is None:
        note = "the bytes; the images were not decoded"
        yield Measure(name="agreement", value=float(is_equal), note=note)
        return
    similarity = structural_similarity(first, second)
    is_same_size = _size(old) == _size(new)
    looks_same = distance <= SAME_DISTANCE and similarity >= SAME_SIMILARITY
    agree = is_equal or (is_same_size and looks_same)
    note = "" if is_equal or not agree else "they look the same, their bytes differ"
    yield Measure(name="agreement", value=float(agree), note=note)
    yield Measure(name="perceptual_distance", value=distance, better="lower")
    yield Measure(name="structural_similarity", value=similarity)
    match _size(old), _size(new):
        case (width, height), (new_width, new_height):
            ratio = new_width * new_height / (width * height)
            note = "" if is_same_size else f"{width} x {height} → {new_width} x {new_height}"
            yield Measure(name="pixel_ratio", value=ratio, better="neither", note=note)


def hash_distance(old: Json, new: Json) -> float | None:
    """Give the share of bits in which two hashes of 16 hex digits differ; None without both."""
    if not isinstance(old, str) or not isinstance(new, str):
        return None
    try:
        return (int(old, 16) ^ int(new, 16)).bit_count() / 64
    except ValueError:
        return None


def structural_similarity(old: bytes, new: bytes) -> float:
    """Give the mean SSIM of two 64 x 64 grey thumbnails, -1..1 (Wang et al. 2004).

    An 8 x 8 window moves pixel by pixel; k1 = 0.01, k2 = 0.03, L = 255.
    """
    import numpy as np

    shape = (WINDOW, WINDOW)
    pictures = [
        np.frombuffer(one, np.uint8).reshape(SIDE, SIDE).astype(float) for one in (old, new)
    ]
    first, second = (np.lib.stride_tricks.sliding_window_view(one, shape) for one in pictures)
    axes = (2, 3)
    mean_1, mean_2 = first.mean(axes), second.mean(axes)
    covariance = (first * second).mean(axes) - mean_1 * mean_2
    variances = first.var(axes) + second.var(axes)
    steady_1, steady_2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean_1 * mean_2 + steady_1) * (2 * covariance + steady_2)
    below = (mean_1**2 + mean_2**2 + steady_1) * (variances + steady_2)
    return max(-1.0, min(1.0, float((above / below).mean())))


def _thumbnail(features: dict[str, Json]) -> bytes | None:
    text = features.get("thumbnail")
    pixels = b64decode(text) if isinstance(text, str) else b""
    return pixels if len(pixels) == SIDE * SIDE else None


def _size(features: dict[str, Json]) -> tuple[int, int] | None:
    match features:
        case {"width": int(width), "height": int(height)} if width > 0 and height > 0:
            return width, height
    return None
