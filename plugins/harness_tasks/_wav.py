"""Reads WAV, float samples and streams of unknown length included, which stdlib `wave` refuses."""

import struct
from dataclasses import dataclass
from typing import Any

from harness_tasks._media import unreadable

MOST_SAMPLES = 30_000_000
"""Samples over all channels that are looked at; 10 minutes of one channel at 48 kHz are 28.8 M."""

_STREAMED = 0x7FFF_0000
"""A data chunk said to be this large was written before its length was known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Sound that was read, as far as it could be."""

    rate_hz: int
    channels: int
    frames: int | None
    """Samples of each channel; None: not stated."""
    samples: Any = None
    """numpy array (frames, channels) in -1..1, at most `MOST_SAMPLES`; None: not decoded."""


def read_wav(body: bytes) -> Sound:
    """Give the sound of a WAV: PCM of 8 to 32 bits and float are decoded; raises ShapeError.

    Format: Microsoft RIFF, WAVEFORMATEX and WAVEFORMATEXTENSIBLE.
    """
    at, form, data = 12, b"", None
    while data is None and at + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, at)
        rest = len(body) - at - 8
        if size > rest and not (name == b"data" and size >= _STREAMED):
            raise unreadable(
                "audio/wav", body, f"cut off within {name.decode('ascii', 'replace')!r}"
            )
        if name == b"fmt ":
            form = body[at + 8 : at + 8 + size]
        elif name == b"data":
            data = body[at + 8 : at + 8 + min(size, rest)]
        at += 8 + size + size % 2
    if data is None or len(form) < 16:
        raise unreadable("audio/wav", body, "without a format or without samples")
    kind, channels, rate_hz, _, frame, bits = struct.unpack_from("<HHIIHH", form)
    if kind == 0xFFFE and len(form) >= 26:
        kind = struct.unpack_from("<H", form, 24)[0]
    if not 0 < channels <= 64 or not 0 < rate_hz <= 1_000_000 or frame == 0:
        raise unreadable("audio/wav", body, f"{channels} channels at {rate_hz} Hz")
    if frame * 8 != channels * bits or (kind, bits) not in _READERS:
        return Sound(rate_hz=rate_hz, channels=channels, frames=None)
    frames = len(data) // frame
    kept = min(frames, MOST_SAMPLES // channels) * frame
    samples = _samples(kind, bits, data[:kept]).reshape(-1, channels)
    return Sound(rate_hz=rate_hz, channels=channels, frames=frames, samples=samples)


_READERS = {(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)}


def _samples(kind: int, bits: int, data: bytes) -> Any:
    """Give samples as float32; integers are divided by 2^(bits - 1)."""
    import numpy as np

    if kind == 3:
        return np.frombuffer(data, f"<f{bits // 8}").clip(-1e30, 1e30).astype(np.float32)
    if bits == 8:  # the one width without a sign
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    if bits == 24:
        three = np.frombuffer(data, np.uint8).reshape(-1, 3)
        four = np.zeros((len(three), 4), np.uint8)
        four[:, 1:] = three
        return (four.reshape(-1).view("<i4") / 2**31).astype(np.float32)
    return (np.frombuffer(data, f"<i{bits // 8}") / 2.0 ** (bits - 1)).astype(np.float32)
