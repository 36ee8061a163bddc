"""Sound in any container, as far as it can be read: samples, or the header alone."""

import math
from typing import Any

from harness.api import Json, ShapeError
from harness_tasks._decoder import DECODER, DecodingError, has_decoder
from harness_tasks._media import unreadable
from harness_tasks._signatures import AUDIO_TYPES
from harness_tasks._wav import MOST_SAMPLES, Sound, read_wav

BANDS = 32
"""Bands of the spectrum, of equal width on the mel scale from 0 to 8 kHz."""

TOP_HZ = 8_000
QUIETEST_DB = -120.0
"""Level of silence, and of anything softer."""

LOUDEST = 1e6
"""Float samples may exceed full scale 1.0; beyond this they are no sound."""

FAINTEST_DB = -80.0
"""A band below this share of the whole power counts as this much."""


def read_sound(container: str, body: bytes) -> Sound | None:
    """Give what can be read: WAV always, FLAC's header always, the rest with `soundfile`.

    None where nothing is known of the container (extra `audio` not installed). Raises ShapeError.
    """
    if container == "wav":
        return read_wav(body)
    header = _flac_header(body) if container == "flac" else None
    if container not in ("flac", "ogg", "mp3"):
        return None
    if not has_decoder("soundfile"):
        return header
    import numpy as np

    try:
        reply = DECODER.decode({"kind": "sound", "most": MOST_SAMPLES}, body)
    except DecodingError as error:
        raise unreadable(AUDIO_TYPES[container], body, str(error)) from error
    if reply is None:
        return header
    head, data = reply
    rate_hz, channels = head["rate_hz"], head["channels"]
    samples = np.frombuffer(data, np.float32).reshape(-1, channels)
    stated = header.frames if header is not None else None
    is_cut = len(samples) >= MOST_SAMPLES // channels
    if stated is not None and len(samples) < stated and not is_cut:
        why = f"cut off after {len(samples):,} of {stated:,} samples"
        raise unreadable(AUDIO_TYPES[container], body, why)
    frames = stated if is_cut else len(samples)
    return Sound(rate_hz=rate_hz, channels=channels, frames=frames, samples=samples)


def sound_features(sound: Sound) -> dict[str, Json]:
    """Give `{sample_rate_hz, channels, duration_s, level_dbfs, peak, bands_db}` as far as known.

    `level_dbfs` is the root mean square of all samples against full scale 1.0 (a sine of full
    scale has -3.01); `peak` the largest magnitude; `bands_db` the share of the power in each band.
    """
    features: dict[str, Json] = {"sample_rate_hz": sound.rate_hz, "channels": sound.channels}
    if sound.frames is not None:
        features["duration_s"] = round(sound.frames / sound.rate_hz, 4)
    if sound.samples is not None and len(sound.samples):
        import numpy as np

        peak = float(np.abs(sound.samples).max())
        if not peak <= LOUDEST:  # NaN is not either
            raise ShapeError(f"got sound with a sample of {peak}; expected samples about -1..1")
        power = float(np.mean(np.square(sound.samples, dtype=np.float64)))
        features["level_dbfs"] = _decibel(power, QUIETEST_DB)
        features["peak"] = round(peak, 4)
        features["bands_db"] = [*band_levels(sound.samples, sound.rate_hz)]
    return features


def band_levels(samples: Any, rate_hz: int) -> list[float]:
    """Give the share of the power in each of `BANDS` bands in dB, -80..0, over time and channels.

    Samples: (frames, channels). Averaged periodograms (Bartlett 1950) with Hann windows of at
    least 50 ms; mel = 2595 log10(1 + f / 700).
    """
    import numpy as np

    size = 1 << math.ceil(math.log2(max(rate_hz / 20, 16)))
    window, power = np.hanning(size)[:, None], np.zeros(size // 2 + 1)
    for start in range(0, len(samples), 64 * size):  # a part at a time: to save memory
        part = samples[start : start + 64 * size]
        part = np.pad(part, ((0, -len(part) % size), (0, 0)))
        spectrum = np.fft.rfft(part.reshape(-1, size, part.shape[1]) * window, axis=1)
        power += np.square(np.abs(spectrum)).sum(axis=(0, 2))
    power[0] = 0.0  # a constant offset is no sound
    mel = 2595 * np.log10(1 + np.fft.rfftfreq(size, 1 / rate_hz) / 700)
    band = np.floor(mel / (2595 * math.log10(1 + TOP_HZ / 700)) * BANDS).astype(int)
    total = float(power.sum())
    in_bands = np.bincount(band[band < BANDS], power[band < BANDS], minlength=BANDS)
    return [_decibel(share / total if total else 0.0, FAINTEST_DB) for share in in_bands.tolist()]


def _decibel(power: float, floor: float) -> float:
    return max(floor, round(10 * math.log10(power), 2)) if power > 0 else floor


def _flac_header(body: bytes) -> Sound:
    """Read STREAMINFO (RFC 9639, section 8.2); raises ShapeError."""
    if len(body) < 42 or body[4] & 0x7F != 0:
        raise unreadable("audio/flac", body, "its header cut off")
    bits = int.from_bytes(body[18:26], "big")
    rate_hz, channels, frames = bits >> 44, (bits >> 41 & 7) + 1, bits & (1 << 36) - 1
    if rate_hz == 0:
        raise unreadable("audio/flac", body, "without a sample rate")
    return Sound(rate_hz=rate_hz, channels=channels, frames=frames or None)
