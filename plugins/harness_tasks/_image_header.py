"""How large an image is, read from its header alone."""

import struct


def size_of(container: str, body: bytes) -> tuple[int, int] | None:
    """Give (width, height) in pixels; None where the header is cut off or of another container.

    Offsets: ISO 15948 (PNG), GIF89a, ITU-T T.81 (JPEG), RFC 9649 (WebP), BITMAPINFOHEADER (BMP).
    """
    reader = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp, "bmp": _bmp}.get(container)
    try:
        return reader(body) if reader is not None else None
    except (struct.error, IndexError):
        return None


def _png(body: bytes) -> tuple[int, int] | None:
    if body[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", body, 16)
    return width, height


def _gif(body: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", body, 6)
    return width, height


def _bmp(body: bytes) -> tuple[int, int] | None:
    if struct.unpack_from("<I", body, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", body, 18)
    else:
        width, height = struct.unpack_from("<ii", body, 18)
    return abs(width), abs(height)  # a negative height: rows run from the top


def _webp(body: bytes) -> tuple[int, int] | None:
    kind = body[12:16]
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(body[24:27], "little"),
            1 + int.from_bytes(body[27:30], "little"),
        )
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", body, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
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
