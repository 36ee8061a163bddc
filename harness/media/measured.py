"""Reads size and length from the headers of media; nothing is decoded."""

import struct
from collections.abc import Iterator

from harness.media.kinds import kind_of
from harness.units import format_bytes

_UNKNOWN_LENGTHS = (0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)


def size_of(body: bytes) -> tuple[int, int] | None:
    """Give (width, height) in pixels of an image or an MP4; None where it is not to be read.

    Offsets: ISO 15948 (PNG), GIF89a, ITU-T T.81 (JPEG), RFC 9649 (WebP), BITMAPINFOHEADER (BMP),
    ISO 14496-12 (MP4).
    """
    kind = kind_of(body)
    name = kind.extension if kind else "bmp" if body.startswith(b"BM") else ""
    reader = {
        "png": _png, "gif": _gif, "jpg": _jpeg, "webp": _webp, "bmp": _bmp, "mp4": _mp4_size,
    }.get(name)  # fmt: skip
    try:
        size = reader(body) if reader is not None else None
    except (struct.error, IndexError):
        return None
    return size if size and size[0] > 0 and size[1] > 0 else None


def duration_of(body: bytes) -> float | None:
    """Give the length of a WAV, FLAC, MP4 in seconds; None where it is not to be read."""
    kind = kind_of(body)
    reader = {"wav": _wav, "flac": _flac, "mp4": _mp4_length, "m4a": _mp4_length}.get(
        kind.extension if kind else ""
    )
    try:
        return reader(body) if reader is not None else None
    except (struct.error, IndexError, ZeroDivisionError):
        return None


def media_words(body: bytes) -> str:
    """Give type, size in pixels, length and bytes: `image/png, 512 × 512, 345.2 kB`."""
    kind, size, seconds = kind_of(body), size_of(body), duration_of(body)
    parts = [kind.media_type if kind else "a file of another type"]
    parts += [f"{size[0]:,} × {size[1]:,}"] if size else []
    parts += [f"{seconds:.2f} s"] if seconds is not None else []
    return ", ".join([*parts, format_bytes(len(body))])


def _png(body: bytes) -> tuple[int, int] | None:
    if body[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", body, 16)
    return width, height


def _gif(body: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", body, 6)
    return width, height


def _bmp(body: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", body, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", body, 18)
    else:
        width, height = struct.unpack_from("<ii", body, 18)
    return abs(width), abs(height)  # a negative height: rows run from the top


def _webp(body: bytes) -> tuple[int, int] | None:
    form = body[12:16]
    if form == b"VP8X" and len(body) >= 30:
        sides = (int.from_bytes(body[at : at + 3], "little") for at in (24, 27))
        width, height = (1 + side for side in sides)
        return width, height
    if form == b"VP8L":
        bits = struct.unpack_from("<I", body, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(body: bytes) -> tuple[int, int] | None:
    """Walk the segments to the start of frame: a marker C0..CF but DHT, JPG and DAC."""
    at = 2
    while body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", body, at + 5)
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            at += 2 + max(2, struct.unpack_from(">H", body, at + 2)[0])
    return None


def _wav(body: bytes) -> float | None:
    at, rate = 12, 0
    while at + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, at)
        if name == b"fmt ":
            rate = struct.unpack_from("<I", body, at + 16)[0]
        elif name == b"data":
            # A stream's size is not known when its header is written: what is there counts.
            return float(min(size, len(body) - at - 8) / rate)
        at += 8 + size + size % 2
    return None


def _flac(body: bytes) -> float | None:
    if body[4] & 0x7F != 0:
        return None
    bits = struct.unpack_from(">Q", body, 18)[0]
    return (bits & (1 << 36) - 1) / (bits >> 44) or None


def _mp4_length(body: bytes) -> float | None:
    for name, data in _boxes(next((d for n, d in _boxes(body) if n == b"moov"), b"")):
        if name == b"mvhd":
            form, at = (">IQ", 20) if data[0] == 1 else (">II", 12)
            scale, length = struct.unpack_from(form, data, at)
            return None if length in _UNKNOWN_LENGTHS else length / scale
    return None


def _mp4_size(body: bytes) -> tuple[int, int] | None:
    for name, track in _boxes(next((d for n, d in _boxes(body) if n == b"moov"), b"")):
        head = next((d for n, d in _boxes(track) if n == b"tkhd"), b"") if name == b"trak" else b""
        if head:
            width, height = struct.unpack_from(">II", head, 88 if head[0] == 1 else 76)
            if width >> 16 and height >> 16:  # a sound track has neither
                return width >> 16, height >> 16
    return None


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(body):
        size, name = struct.unpack_from(">I4s", body, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", body, at + 8)[0], 16
        elif size == 0:
            size = len(body) - at
        if size < head:
            return
        yield name, body[at + head : at + size]
        at += size
