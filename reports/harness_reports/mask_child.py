"""Draws where two images differ, in a process of its own, so that no decoder harms the report.

Run as a script: reads two images from stdin, each behind a line of JSON with its length and its
format; writes a line of JSON, then a PNG. It imports nothing of the project.
"""

import io
import json
import sys
from importlib import import_module
from typing import Any, BinaryIO

SIDE = 640
"""Of the mask, pixels at most."""
STEP = 12
"""Of 255: what two encoders make of one picture differs by less."""


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Read two images, write what differs; an error is written as one."""
    try:
        pictures: Any = import_module("PIL.Image")
    except (ImportError, OSError):  # OSError: installed, its C library missing
        target.write(b'{"error": "missing"}\n')
        return
    try:
        _limit_memory(2**30)
        head, picture = _difference(pictures, _image(pictures, source), _image(pictures, source))
    except Exception as error:  # noqa: BLE001 - decoders raise anything: OSError, SyntaxError
        head, picture = {"error": type(error).__name__}, b""
    target.write(json.dumps(head).encode() + b"\n" + picture)


def _image(pictures: Any, source: BinaryIO) -> Any:
    head = json.loads(source.readline())
    body = io.BytesIO(source.read(head["bytes"]))
    with pictures.open(body, formats=(head["format"],)) as image:
        if image.size[0] * image.size[1] > head["most"]:
            raise ValueError("too many pixels")
        above = image.convert("RGBA")
    ground = pictures.new("RGBA", above.size, "white")
    return pictures.alpha_composite(ground, above).convert("RGB")


def _difference(pictures: Any, before: Any, after: Any) -> tuple[dict[str, Any], bytes]:
    channels: Any = import_module("PIL.ImageChops")
    red, green, blue = channels.difference(before, after).split()
    most = channels.lighter(channels.lighter(red, green), blue)
    counts = most.histogram()
    changed = most.point([255 if step > STEP else 0 for step in range(256)])
    faint = before.convert("L").point([200 + step * 55 // 255 for step in range(256)])
    drawn = faint.convert("RGB")
    drawn.paste((162, 56, 8), mask=changed)
    drawn.thumbnail((SIDE, SIDE), pictures.Resampling.BOX)
    out = io.BytesIO()
    drawn.quantize(32, dither=pictures.Dither.NONE).save(out, "PNG", optimize=True)
    head = {
        "changed": sum(counts[STEP + 1 :]),
        "pixels": before.size[0] * before.size[1],
        "greatest": max((step for step, count in enumerate(counts) if count), default=0),
        "size": drawn.size,
    }
    return head, out.getvalue()


def _limit_memory(most_bytes: int) -> None:
    """Let allocations beyond the limit fail, where the system can (not on Windows)."""
    try:
        resource: Any = import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
