"""Gives where two images differ, as a picture with a count of pixels."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.api import FoundMedia, size_of

MOST_PIXELS = 12_000_000
"""Of one image; a larger one is not decoded."""
_WITHIN_S = 20.0
_FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """What differs between two images of one size."""

    changed: int
    """Pixels of which a channel differs by more than 12 of 255."""
    pixels: int
    greatest: int
    """The greatest difference of a channel, 0..255."""
    width: int
    height: int
    body: bytes
    """A PNG: one image faint, what differs marked; at most 640 pixels wide or high."""


def mask_of(before: FoundMedia, after: FoundMedia) -> Mask | str:
    """Give where they differ, of animations the first frame; else why it is not known."""
    sizes = size_of(before.body), size_of(after.body)
    if sizes[0] is None or sizes[0] != sizes[1]:
        return "The pictures differ in size, so their pixels are not compared."
    if sizes[0][0] * sizes[0][1] > MOST_PIXELS:
        return f"The pictures have more than {MOST_PIXELS:,} pixels: they are not compared."
    request = b"".join(
        json.dumps(
            {
                "bytes": len(one.body),
                "format": _FORMATS.get(one.kind.extension, "PNG"),
                "most": MOST_PIXELS,
            }
        ).encode()
        + b"\n"
        + one.body
        for one in (before, after)
    )
    script = Path(__file__).with_name("mask_child.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own script, its input over a pipe
            [sys.executable, "-I", str(script)],
            input=request,
            capture_output=True,
            timeout=_WITHIN_S,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\n")
        found = json.loads(head)
    except (OSError, ValueError, subprocess.SubprocessError):
        return "The pictures could not be decoded here, so their pixels are not compared."
    if found.get("error") == "missing":
        return (
            "Which pixels differ is not counted: Pillow is not installed where this report was "
            "written; `pip install revgate[image]`, then `revgate report` again."
        )
    if "error" in found:
        return "A picture could not be decoded, so their pixels are not compared."
    width, height = found["size"]
    return Mask(
        changed=found["changed"],
        pixels=found["pixels"],
        greatest=found["greatest"],
        width=width,
        height=height,
        body=body,
    )
