"""What a suite may expect of an image, a sound, a video: features with values or bounds."""

from harness.api import Case, Finding, Json, Output
from harness_tasks._image_comparison import SAME_DISTANCE, hash_distance
from harness_tasks._media import features_of
from harness_tasks._wire import in_words, quoted

FORMS = "a mapping of features to a value or to {min, max}, like {width: 512, bytes: {min: 9999}}"


def expect_features(case: Case, output: Output) -> Finding:
    """Hold features against `case.expect`: equal to a value, or within `{min, max}`.

    A `perceptual_hash` is met by one that differs in few bits (`SAME_DISTANCE`).
    """
    match case.expect:
        case dict() as wanted if wanted and all(map(_is_form, wanted.values())):
            return _features_are(wanted, features_of(output))
    message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
    return Finding(check="expect", ok=False, message=message)


def _features_are(wanted: dict[str, Json], features: dict[str, Json]) -> Finding:
    missed = []
    for name, value in wanted.items():
        got = features.get(name)
        if got is None:
            known = ", ".join(sorted(features)[:12]) or "none"
            missed.append(f"there is no {quoted(name, 30)} among the features ({known})")
        elif not _is_met(name, value, got):
            missed.append(f"{name} is {_shown(got)}")
    asked = ", ".join(f"{name} {_shown(value)}" for name, value in list(wanted.items())[:5])
    message = f"expected {asked}; " + ("; ".join(missed[:5]) or "all met")
    return Finding(check="expect", ok=not missed, message=message)


def _is_met(name: str, wanted: Json, got: Json) -> bool:
    if isinstance(wanted, dict):
        if not _is_number(got):
            return False
        low, high = wanted.get("min", got), wanted.get("max", got)
        return bool(low <= got <= high)  # type: ignore[operator]  # all three are numbers
    if name == "perceptual_hash":
        distance = hash_distance(wanted, got)
        return distance is not None and distance <= SAME_DISTANCE
    return wanted == got


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{bound} {limit}" for bound, limit in value.items())
    return quoted(value) if isinstance(value, str) else str(value)[:60]


def _is_form(value: Json) -> bool:
    if isinstance(value, dict):
        return (
            bool(value) and value.keys() <= {"min", "max"} and all(map(_is_number, value.values()))
        )
    return isinstance(value, str) or _is_number(value)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
