"""Two sounds as numbers: agreement, length, level, spectrum."""

import math
from collections.abc import Iterator

from harness.api import Case, Json, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._media import features_of

AUDIO_MEASURES = directions("duration_ratio", "level_drift_db", "spectral_distance_db")
"""What `compare_audio` gives."""

SAME_DURATION = 0.02
"""Share by which two recordings of the same may differ in length."""

SAME_LEVEL_DB = 1.0
SAME_SPECTRUM_DB = 2.0


def compare_audio(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement, and as far as both are known length, level and spectrum.

    Sounds agree when their bytes are equal, or length, level and spectrum nearly are.
    """
    yield from compare_sounds(features_of(before), features_of(after))


def compare_sounds(old: dict[str, Json], new: dict[str, Json]) -> Iterator[Measure]:
    """Give what `compare_audio` gives, from features.

    `duration_ratio`: candidate to baseline. `level_drift_db`: candidate minus baseline.
    `spectral_distance_db`: root mean square over the bands (Gray and Markel 1976) of shares of
    the power, so that a louder copy has 0.
    """
    found: list[Measure] = []
    near: list[bool] = []
    first, second = _number(old, "duration_s"), _number(new, "duration_s")
    if first and second is not None:
        found.append(Measure(name="duration_ratio", value=second / first, better="neither"))
        near.append(abs(second / first - 1) <= SAME_DURATION)
    first, second = _number(old, "level_dbfs"), _number(new, "level_dbfs")
    if first is not None and second is not None:
        found.append(Measure(name="level_drift_db", value=second - first, better="neither"))
        near.append(abs(second - first) <= SAME_LEVEL_DB)
    distance = _spectral_distance(_bands(old), _bands(new))
    if distance is not None:
        found.append(Measure(name="spectral_distance_db", value=distance, better="lower"))
        near.append(distance <= SAME_SPECTRUM_DB)
    is_equal = bool(old) and old.get("sha256") == new.get("sha256")
    note = "" if len(near) == 3 else "the bytes; the sounds were not decoded"
    agree = is_equal or (len(near) == 3 and all(near))
    yield Measure(name="agreement", value=float(agree), note=note)
    yield from found


def _spectral_distance(old: list[float], new: list[float]) -> float | None:
    if not old or len(old) != len(new):
        return None
    squares = ((first - second) ** 2 for first, second in zip(old, new, strict=True))
    return math.sqrt(math.fsum(squares) / len(old))


def _number(features: dict[str, Json], name: str) -> float | None:
    value = features.get(name)
    return float(value) if isinstance(value, int | float) else None


def _bands(features: dict[str, Json]) -> list[float]:
    bands = features.get("bands_db")
    return [x for x in bands if isinstance(x, int | float)] if isinstance(bands, list) else []
