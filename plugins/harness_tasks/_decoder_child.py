"""Decodes one file after the other in a process of its own, so that no decoder can harm a judge.

Run as a script with a limit of memory in bytes: reads requests from stdin, writes replies to
stdout, each a line of JSON, then as many bytes as it says. It imports nothing of the project, so
that it starts fast.
"""

import io
import json
import sys
from importlib import import_module
from typing import Any, BinaryIO

Reply = tuple[dict[str, Any], bytes]


class MissingError(Exception):
    """A library cannot be imported."""


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more; what a decoder raises is a reply."""
    while line := requests.readline():
        request = json.loads(line)
        body = requests.read(request["bytes"])
        try:
            head, data = _DECODERS[request["kind"]](request, body)
        except MissingError:
            head, data = {"error": "Missing"}, b""
        except Exception as error:  # noqa: BLE001 - decoders raise anything: OSError, SyntaxError
            head, data = {"error": type(error).__name__, "message": str(error)[:200]}, b""
        replies.write(json.dumps({**head, "bytes": len(data)}).encode() + b"\n" + data)
        replies.flush()


def decode_image(request: dict[str, Any], body: bytes) -> Reply:
    """Give the first frame as grey pixels, transparent parts as the ground: `{width, height}`.

    With `side` in the request also two small copies, of that side and of 32 pixels, in place of
    the pixels.
    """
    images: Any = _library("PIL.Image")
    with images.open(io.BytesIO(body), formats=(request["format"],)) as image:
        width, height = image.size
        if width * height > request["most"]:
            return {"error": "TooLarge", "message": f"{width:,} x {height:,} pixels"}, b""
        if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
            above = image.convert("RGBA")
            behind = images.new("RGBA", image.size, request["ground"])
            grey = images.alpha_composite(behind, above).convert("L")
        else:
            grey = image.convert("L")
    head = {"width": width, "height": height}
    if "side" not in request:
        return head, grey.tobytes()
    side = request["side"]
    thumbnail = grey.resize((side, side), images.Resampling.BOX).tobytes()
    return head, thumbnail + grey.resize((32, 32), images.Resampling.LANCZOS).tobytes()


def decode_sound(request: dict[str, Any], body: bytes) -> Reply:
    """Give samples as float32, channels interleaved: `{rate_hz, channels, frames}`."""
    soundfile: Any = _library("soundfile")
    with soundfile.SoundFile(io.BytesIO(body)) as stream:
        channels = int(stream.channels)
        samples = stream.read(request["most"] // channels, dtype="float32", always_2d=True)
        head = {"rate_hz": int(stream.samplerate), "channels": channels, "frames": len(samples)}
    return head, samples.tobytes()


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, OSError) as error:  # OSError: installed, its C library missing
        raise MissingError from error


def limit_memory(most_bytes: int) -> None:
    """Let allocations beyond the limit fail, where the system can (not on Windows)."""
    try:
        resource: Any = import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    except (ImportError, ValueError, OSError):
        return


_DECODERS = {"image": decode_image, "sound": decode_sound}

if __name__ == "__main__":
    limit_memory(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
