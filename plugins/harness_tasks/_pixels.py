"""What an image looks like, in few bytes: a grey thumbnail, its contrast, a perceptual hash."""

from dataclasses import dataclass
from typing import Any

from harness.api import size_of
from harness_tasks._decoder import DECODER, DecodingError, has_decoder
from harness_tasks._media import unreadable

MOST_PIXELS = 50_000_000
"""Width times height of the largest image that is decoded."""

SIDE = 64
"""Pixels of a thumbnail's side."""

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP"}
"""Containers whose header is read by us and whose decoder of Pillow is trusted, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an image looks, whatever its size and container."""

    thumbnail: bytes
    """64 x 64 grey pixels, 0..255, row by row; the proportions are not kept."""
    perceptual_hash: str
    """64 bits as 16 hex digits."""
    contrast: float
    """Standard deviation of the thumbnail, 0..127.5; 0 for an image of one colour."""


def measured(container: str, media_type: str, body: bytes) -> tuple[int, int] | None:
    """Give width and height, None for a container whose header is not known.

    Raises ShapeError for a broken header and for more than `MOST_PIXELS`.
    """
    if container not in _FORMATS:
        return None
    size = size_of(body)
    if size is None:
        raise unreadable(media_type, body, "its header cut off or broken")
    if size[0] * size[1] > MOST_PIXELS:
        why = f"{size[0]:,} x {size[1]:,} pixels, at most {MOST_PIXELS:,} are decoded"
        raise unreadable(media_type, body, why)
    return size


def look_of(container: str, media_type: str, body: bytes) -> Look | None:
    """Give the look of the first frame, transparent parts taken as white.

    None without Pillow, and for a container it is not trusted with. Raises ShapeError for an image
    that cannot be decoded. The size must have been `measured` before.
    """
    import numpy as np

    reply = _decoded(container, media_type, body, {"ground": "white", "side": SIDE})
    if reply is None:
        return None
    _, data = reply
    thumbnail, small = data[: SIDE * SIDE], data[SIDE * SIDE :]
    return Look(
        thumbnail=thumbnail,
        perceptual_hash=perceptual_hash(small),
        contrast=round(float(np.frombuffer(thumbnail, np.uint8).std()), 2),
    )


def grey_pixels(container: str, media_type: str, body: bytes) -> Any:
    """Give the first frame as a numpy array of grey pixels, row by row, on black.

    None and ShapeError as `look_of`.
    """
    import numpy as np

    reply = _decoded(container, media_type, body, {"ground": "black"})
    return np.frombuffer(reply[1], np.uint8) if reply is not None else None


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


def _decoded(
    container: str, media_type: str, body: bytes, how: dict[str, Any]
) -> tuple[dict[str, Any], bytes] | None:
    if container not in _FORMATS or not has_decoder("PIL"):
        return None
    request = {"kind": "image", "format": _FORMATS[container], "most": MOST_PIXELS, **how}
    try:
        return DECODER.decode(request, body)
    except DecodingError as error:
        raise unreadable(media_type, body, str(error)) from error
