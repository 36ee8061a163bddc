"""Small files for the samples of tasks, made byte by byte."""

import math
import struct
import zlib


def png(rows: list[bytes], channels: int = 1) -> bytes:
    """Give an 8-bit PNG, grey (1 channel) or RGB (3): one bytes object a row (ISO 15948)."""
    size = struct.pack(">II", len(rows[0]) // channels, len(rows))
    header = size + bytes([8, 2 if channels == 3 else 0, 0, 0, 0])
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows))
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def wav(samples: list[float], rate_hz: int = 8_000, channels: int = 1) -> bytes:
    """Give a 16-bit PCM WAV of samples in -1..1, channels interleaved."""
    data = b"".join(struct.pack("<h", round(sample * 32_767)) for sample in samples)
    frame = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * frame, frame, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    return b"RIFF" + struct.pack("<I", len(body) + 8 + len(data)) + body + _data(data)


def tone(frequency_hz: float, duration_s: float, rate_hz: int = 8_000) -> list[float]:
    """Give a sine of amplitude 0.5."""
    step = 2 * math.pi * frequency_hz / rate_hz
    return [0.5 * math.sin(step * number) for number in range(round(duration_s * rate_hz))]


def mp4(duration_s: float, width: int, height: int) -> bytes:
    """Give the boxes of an MP4 that state its length and size, without any picture."""
    movie = struct.pack(">IIIII80x", 0, 0, 0, 1_000, round(duration_s * 1_000))
    track = struct.pack(">76xII", width << 16, height << 16)
    inner = _box(b"mvhd", movie) + _box(b"trak", _box(b"tkhd", track))
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isom") + _box(b"mdat", b"") + _box(b"moov", inner)


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def _data(data: bytes) -> bytes:
    return b"data" + struct.pack("<I", len(data)) + data


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


DOT = png([b"\xdc\x14\x1e" * 4] * 4, channels=3)
"""A red square of 4 x 4 pixels, PNG."""

SLOPE = png([bytes(8 * (column + row) for column in range(16)) for row in range(16)])
"""A grey slope of 16 x 16 pixels, dark at the upper left, PNG."""

CHIME = wav(tone(440.0, 0.1))
"""A tone of 440 Hz, 0.1 s, 8 kHz, WAV."""

CLIP = mp4(1.5, 64, 48)
"""The frame of a video of 1.5 s, 64 x 48, MP4."""
