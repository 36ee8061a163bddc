"""Answers that are several sounds with labels: read, checked for legality."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Output
from harness_tasks._audio import audio_features, in_short
from harness_tasks._boxes import labels_of
from harness_tasks._labels import legal
from harness_tasks._media import from_base64
from harness_tasks._wire import quoted, refused

EXPECTED = "[{blob: base64 of audio, label, content-type}, ...]"


def parse_sounds(answer: Json | bytes) -> Output:
    """Read `[{blob, label, content-type}]` in the order given; raises ShapeError.

    Canonical: `[{label, ...}]` with the features of each sound; `content-type` is not believed.
    """
    match answer:
        case [dict(), *_] as entries:
            value = [_read(entry) for entry in entries]
        case _:
            raise refused(answer, EXPECTED)
    limits = "" if all("level_dbfs" in sound for sound in value) else ", not decoded"
    types = " + ".join(sorted({str(sound["media_type"]) for sound in value}))
    output: list[Json] = [*value]
    text = "; ".join(f"{sound['label']}: {in_short(sound)}" for sound in value)
    return Output(value=output, variant=f"[{{blob}}] {types}{limits}", text=text)


def validate_sounds(_case: Case, output: Output) -> Iterator[Finding]:
    """Say whether every sound has a label of its own and a length."""
    sounds, labels = sounds_of(output), labels_of(output.value)
    size = len(output.value) if isinstance(output.value, list) else 0
    ok = 0 < len(sounds) == len(labels) == size and "" not in labels
    message = f"{len(sounds)} sounds" if ok else "a label is missing or given twice, or no sound"
    yield legal("labels", message, ok=ok)
    empty = next((label for label in sounds if sounds[label].get("duration_s") == 0), None)
    message = "every sound has a length" if empty is None else f"{quoted(empty)} has no length"
    yield legal("audio", message, ok=bool(sounds) and empty is None)


def sounds_of(output: Output) -> dict[str, dict[str, Json]]:
    """Give label -> features of each sound of a canonical value."""
    entries = output.value if isinstance(output.value, list) else []
    return {str(one["label"]): one for one in entries if isinstance(one, dict) and "label" in one}


def _read(entry: Json) -> dict[str, Json]:
    match entry:
        case {"error": error} if error is not None:
            raise refused(entry, EXPECTED)
        case {"blob": str(text), "label": str(label)}:
            features = audio_features(from_base64(text, EXPECTED))
            if features:
                return {"label": label, **features}
    raise refused(entry, EXPECTED)
