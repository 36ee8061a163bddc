"""What an image looks like, in few bytes: a grey thumbnail, its contrast, a perceptual hash."""

import io
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from harness_tasks._image_header import size_of
from harness_tasks._media import unreadable

MOST_PIXELS = 50_000_000
"""Width times height of the largest image that is decoded."""

SIDE = 64
"""Pixels of a thumbnail's side."""

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an image looks, whatever its size and container."""

    thumbnail: bytes
    """64 x 64 grey pixels, 0..255, row by row; the proportions are not kept."""
    perceptual_hash: str
    """64 bits as 16 hex digits."""
    contrast: float
    """Standard deviation of the thumbnail, 0..127.5; 0 for an image of one colour."""


def pillow() -> Any:
    """Give Pillow's Image module, None where it is not installed (extra `image`)."""
    try:
        return import_module("PIL.Image")
    except ImportError:
        return None


def measured(container: str, media_type: str, body: bytes) -> tuple[int, int] | None:
    """Give width and height, None for a container whose header is not known.

    Raises ShapeError for a broken header and for more than `MOST_PIXELS`.
    """
    if container not in _FORMATS:
        return None
    size = size_of(container, body)
    if size is None or 0 in size:
        raise unreadable(media_type, body, "its header cut off or broken")
    _refuse_large(size, media_type, body)
    return size


def decoded(container: str, media_type: str, body: bytes, ground: str = "white") -> Any:
    """Give the first frame as a grey Pillow image (mode L), transparent parts as the ground.

    None without Pillow, or for a container it is not trusted with. Raises ShapeError for an image
    that cannot be decoded. The size must have been `measured` before.
    """
    images = pillow()
    if images is None or container not in _FORMATS:
        return None
    try:
        with images.open(io.BytesIO(body), formats=(_FORMATS[container],)) as image:
            _refuse_large(image.size, media_type, body)
            if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
                image = image.convert("RGBA")  # noqa: PLW2901 - the file closes all the same
                behind = images.new("RGBA", image.size, ground)
                return images.alpha_composite(behind, image).convert("L")
            return image.convert("L")
    except Exception as error:  # decoders raise anything: OSError, SyntaxError, struct.error
        why = f"which cannot be decoded ({type(error).__name__})"
        raise unreadable(media_type, body, why) from error


def look_of(grey: Any) -> Look:
    """Give the look of a grey Pillow image."""
    import numpy as np

    images = pillow()
    thumbnail = grey.resize((SIDE, SIDE), images.Resampling.BOX).tobytes()
    small = grey.resize((32, 32), images.Resampling.LANCZOS).tobytes()
    return Look(
        thumbnail=thumbnail,
        perceptual_hash=perceptual_hash(small),
        contrast=round(float(np.frombuffer(thumbnail, np.uint8).std()), 2),
    )


def perceptual_hash(grey: bytes) -> str:
    """Give the pHash of 32 x 32 grey pixels, 64 bits as 16 hex digits.

    The 8 x 8 lowest frequencies of the DCT-II against their median (Zauner 2010, as in the
    library imagehash). Coefficients are rounded, so that an even image has one hash.
    """
    import numpy as np

    pixels = np.frombuffer(grey, np.uint8).reshape(32, 32).astype(np.float64)
    places, frequencies = np.arange(32), np.arange(8)[:, None]
    basis = np.cos(np.pi * frequencies * (2 * places + 1) / 64)
    low = (basis @ pixels @ basis.T).round(3)
    return np.packbits(low > np.median(low)).tobytes().hex()


def _refuse_large(size: tuple[int, int], media_type: str, body: bytes) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        why = f"{size[0]:,} x {size[1]:,} pixels, at most {MOST_PIXELS:,} are decoded"
        raise unreadable(media_type, body, why)
