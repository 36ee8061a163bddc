"""Makes JSON of what a model gives: arrays and tensors as numbers, pictures as PNG in base64."""

import io
import math
from base64 import b64encode
from typing import Any


def plain(value: Any) -> Any:
    """Give a value of JSON types; raises ValueError for a number that is not finite."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("the model gave a number that is not finite")
        return float(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy arrays and numbers, tensors
        return plain(value.tolist())
    if hasattr(value, "save"):  # a Pillow image: a mask
        return b64encode(png(value)).decode("ascii")
    raise ValueError(f"the model gave a {type(value).__name__}, which is not JSON")


def png(image: Any) -> bytes:
    """Give a Pillow image as a PNG file."""
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()
