"""Small pictures, sounds and a video that really play, made byte by byte."""

import math
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable

_FRAMES = (
    (
        "UAcAnQEqYABAAD85mshZLywpo6gIceAnCUAaYDWYqABqGphMAkzJPa/ci2w3kQ+Ccr8j/9DmhSzPGfM8"
        "r90GfC5WoAD+7U3Z2PcHNYm4Hnr/bTKA0oClUVaJ5MvqvO+prH6yLFOy2krhLEsMRY6ptnyoOlUor5iK"
        "XX84FS3/PT6u8VwhLk2eTCXXVe9pM1pOK66cFVek9R7NFh/vbG9GyM28EF763f+xZcNHksujZuU8EsCA"
        "Xon1ORKXzIcsUu7j0298prhGiAA="
    ),
    (
        "UAcAnQEqYABAAD85lsdaLyqpJCa8yNngJwlAGkuZO53QiA0zhARlDZkaoR5nb4w9aYqAtLVrcoEoqmjU"
        "rifotkiSAAD+7U3Z2PRrx0nMKu8W2aLLKzjd8wW0fwEq7VWaU57Cis6aJeOl+4UWzXvHbnLNjg3AnqYf"
        "MHBthPJRC4PiYfJWWd7ENeQ85jSzbAYjr5Rk8pVEprNf2Cy/LCSaK4MEexvuG4/DmhmRqyv5vRZAp/Zr"
        "S13gkNyVxNsnTMczZjBS+Im8bSxnDrsk/uIAAAAA"
    ),
    (
        "0AYAnQEqYABAAD85mshZLywpo6gIceAnCUAaO6yBMwHFhAUVEL0qGkV3FDQ1d9DUuN8w3vdZbktb0hOM"
        "u2EAAP7tTdhN2HULJBiDOgO1WTNaga3X/mh73dtvOXz0OfEa5wPuOM1UH7kzthWJYADVFp5nxOgeUNjY"
        "XXJwL7rBMD7duFJipam63NQe5zTr7jacdSKRP9ZosZhs0ZuVR+Qq4ehPgEhuRbbm4ba1qyafR01UkYQY"
        "lWVhM58PPvz8cdIQJOgAAA=="
    ),
)
"""VP8 key frames of 96 x 64: a ball that rolls to the right."""


def png(width: int, height: int, colour: Callable[[float, float], tuple[int, int, int]]) -> bytes:
    """A picture; `colour` is asked for x and y in 0..1."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(colour((x + 0.5) / width, (y + 0.5) / height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def landscape(sun: float, width: int = 240, height: int = 160) -> bytes:
    """Sky, hills and a sun at this share of the width."""

    def colour(x: float, y: float) -> tuple[int, int, int]:
        if (x - sun) ** 2 * 2.25 + (y - 0.3) ** 2 < 0.012:
            return (255, 214, 92)
        if y > 0.68 + 0.08 * math.sin(7 * x + 4 * sun):
            return (46, round(104 + 50 * x), 72)
        return (round(96 + 90 * y), round(150 + 70 * y), 226)

    return png(width, height, colour)


def mask(left: float, right: float) -> bytes:
    """A white disc on black between two shares of the width."""
    middle, half = (left + right) / 2, (right - left) / 2

    def colour(x: float, y: float) -> tuple[int, int, int]:
        return (255,) * 3 if ((x - middle) / half) ** 2 + ((y - 0.5) / 0.35) ** 2 < 1 else (0,) * 3

    return png(120, 80, colour)


def noise(size: int) -> bytes:
    """A picture that does not compress: about three bytes a pixel."""
    state = [12345]

    def colour(_x: float, _y: float) -> tuple[int, int, int]:
        state[0] = (1103515245 * state[0] + 12345) % (1 << 31)
        return (state[0] >> 3 & 255, state[0] >> 11 & 255, state[0] >> 19 & 255)

    return png(size, size, colour)


def wav(hertz: float, seconds: float, rate: int = 8_000) -> bytes:
    """A tone, 16 bit, one channel."""
    step = 2 * math.pi * hertz / rate
    data = b"".join(
        struct.pack("<h", round(9_000 * math.sin(step * at))) for at in range(round(seconds * rate))
    )
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    body = (
        b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webm(frames: int = 3) -> bytes:
    """A video in VP8 of a ball that rolls, four frames a second."""
    info = _element(0x2AD7B1, _number(1_000_000)) + _element(
        0x4489, struct.pack(">d", frames * 250.0)
    )
    info += _element(0x4D80, b"revgate") + _element(0x5741, b"revgate")
    video = _element(0xB0, _number(96)) + _element(0xBA, _number(64))
    track = _element(0xD7, b"\x01") + _element(0x73C5, b"\x01") + _element(0x83, b"\x01")
    track += _element(0x86, b"V_VP8") + _element(0xE0, video)
    blocks = b"".join(
        _element(
            0xA3, b"\x81" + struct.pack(">h", place * 250) + b"\x80" + b64decode(_FRAMES[place])
        )
        for place in range(frames)
    )
    head = _element(0x4286, b"\x01") + _element(0x42F7, b"\x01") + _element(0x42F2, b"\x04")
    head += _element(0x42F3, b"\x08") + _element(0x4282, b"webm")
    head += _element(0x4287, b"\x02") + _element(0x4285, b"\x02")
    parts = _element(0x1549A966, info) + _element(0x1654AE6B, _element(0xAE, track))
    return _element(0x1A45DFA3, head) + _element(
        0x18538067, parts + _element(0x1F43B675, _element(0xE7, b"\x00") + blocks)
    )


def _element(name: int, data: bytes) -> bytes:
    size = (len(data) | 1 << 28).to_bytes(4, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + data


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")
