"""Answers that are sound: read to what a comparison needs, checked for legality."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output
from harness_tasks._media import body_of, features_of, file_features
from harness_tasks._signatures import AUDIO_TYPES, container_of
from harness_tasks._sound import read_sound, sound_features
from harness_tasks._wav import MOST_SAMPLES, Sound
from harness_tasks._wire import refused

EXPECTED = "the bytes of audio, base64 of them as a string or {audio}, or {audio, sampling_rate}"


def parse_audio(answer: Json | bytes) -> Output:
    """Read sound to its features; raises ShapeError, also for sound that cannot be decoded.

    `{media_type, bytes, sha256}` and, as far as they can be known, `{sample_rate_hz, channels,
    duration_s, level_dbfs, peak, bands_db}`. What is not decoded is said in the variant.
    """
    match answer:
        case {"audio": list(samples), "sampling_rate": int() as rate_hz}:
            value = _features_of_numbers(samples, rate_hz)
            return Output(value=value, variant="{audio,sampling_rate}", text=in_short(value))
    body, framed = body_of(answer, "audio", EXPECTED)
    value = audio_features(body)
    if not value:
        raise refused(answer, EXPECTED)
    limits = "" if "level_dbfs" in value else ", not decoded"
    variant = f"{framed}{value['media_type']}{limits}"
    return Output(value=value, variant=variant, text=in_short(value))


def audio_features(body: bytes) -> dict[str, Json]:
    """Give the features of a sound file, `{}` for what is none; raises ShapeError."""
    container = container_of(body)
    if container not in AUDIO_TYPES:
        return {}
    sound = read_sound(container, body)
    features = file_features(AUDIO_TYPES[container], body)
    return features | (sound_features(sound) if sound is not None else {})


def in_short(features: dict[str, Json]) -> str:
    """Give type, length and rate in words."""
    parts = [str(features.get("media_type", ""))]
    if "duration_s" in features:
        parts.append(f"{features['duration_s']:.2f} s")
    if "sample_rate_hz" in features:
        parts.append(f"{features['sample_rate_hz']} Hz")
    return ", ".join(parts)


def validate_audio(_case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is any sound: a length, and something but silence."""
    features = features_of(output)
    has_length = bool(features.get("bytes")) and features.get("duration_s") != 0
    message = output.text if has_length and output.text else "there is no sound in it"
    yield Finding(check="valid_audio", ok=has_length, message=message, weight=0)
    if "peak" in features:
        message = f"peak {features['peak']}" if features["peak"] else "every sample is 0: silence"
        yield Finding(check="valid_sound", ok=bool(features["peak"]), message=message, weight=0)


def _features_of_numbers(samples: list[Json], rate_hz: int) -> dict[str, Json]:
    """Give features of samples as numbers, a flat list or a list a channel; raises ShapeError."""
    import numpy as np

    rows = samples if samples and isinstance(samples[0], list) else [samples]
    channels = [_numbers(row) for row in rows]
    total = sum(map(len, channels))
    is_even = len({len(channel) for channel in channels}) == 1 and len(channels) <= 8
    if not is_even or not 0 < total <= MOST_SAMPLES or not 0 < rate_hz <= 1_000_000:
        raise refused(samples, EXPECTED)
    array = np.array(channels, np.float64).T.astype(np.float32)
    body = array.astype("<f4").tobytes()
    sound = Sound(rate_hz=rate_hz, channels=len(channels), frames=len(array), samples=array)
    return file_features("audio/x-float32", body) | sound_features(sound)


def _numbers(row: Json) -> list[float]:
    entries = row if isinstance(row, list) else [None]
    numbers = [x for x in entries if isinstance(x, int | float) and not isinstance(x, bool)]
    if len(numbers) != len(entries) or not all(abs(number) < 1e9 for number in numbers):
        raise refused(row, EXPECTED)
    return [float(number) for number in numbers]
