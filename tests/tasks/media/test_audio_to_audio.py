"""Several sounds with labels as one answer."""

import base64
from typing import Any

import pytest

from harness.api import Json, ShapeError
from harness.data.noun import replace
from harness_tasks._samples import CHIME, tone, wav
from harness_tasks.audio_to_audio import TASK


def sounds(**bodies: bytes) -> Any:
    return [
        {"label": label, "blob": base64.b64encode(body).decode(), "content-type": "audio/flac"}
        for label, body in bodies.items()
    ]


def measures(before: Any, after: Any) -> dict[str, Any]:
    found = TASK.compare(TASK.sample, TASK.parse(before), TASK.parse(after))
    return {m.name: pytest.approx(m.value, abs=0.02) for m in found}


LOW, HIGH = wav(tone(220, 0.2)), wav(tone(1_760, 0.2))


def test_every_sound_keeps_its_label_and_is_told_by_its_bytes() -> None:
    output = TASK.parse(sounds(voice=LOW, rest=HIGH))
    assert isinstance(output.value, list)
    assert [entry["label"] for entry in output.value if isinstance(entry, dict)] == [
        "voice",
        "rest",
    ]
    assert output.variant == "[{blob}] audio/wav"
    assert output.text.startswith("voice: audio/wav, 0.20 s, 8000 Hz; rest: ")


def test_the_order_of_sounds_makes_no_difference() -> None:
    same = measures(sounds(a=LOW, b=HIGH), sounds(b=HIGH, a=LOW))
    assert same == {
        "agreement": 1.0, "label_agreement": 1.0, "duration_ratio": 1.0, "level_drift_db": 0.0,
        "spectral_distance_db": 0.0,
    }  # fmt: skip


def test_the_worst_sound_is_measured() -> None:
    short = measures(sounds(a=LOW, b=HIGH), sounds(a=LOW, b=wav(tone(1_760, 0.1))))
    assert (short["agreement"], short["duration_ratio"]) == (0.0, 0.5)
    swapped = measures(sounds(a=LOW, b=HIGH), sounds(a=HIGH, b=LOW))
    assert swapped["agreement"] == 0.0


def test_a_missing_sound_does_not_agree() -> None:
    fewer = measures(sounds(a=LOW, b=HIGH), sounds(a=LOW))
    assert (fewer["agreement"], fewer["label_agreement"]) == (0.0, 0.5)
    assert measures(sounds(a=LOW), sounds(b=LOW)) == {"agreement": 0.0, "label_agreement": 0.0}


def test_a_label_given_twice_or_a_sound_without_length_is_not_valid() -> None:
    def failed(answer: Any) -> list[str]:
        return [f.check for f in TASK.validate(TASK.sample, TASK.parse(answer)) if not f.ok]

    assert failed(sounds(a=LOW)) == []
    assert failed([*sounds(a=LOW), *sounds(a=HIGH)]) == ["valid_labels"]
    assert failed(sounds(a=wav([]))) == ["valid_audio"]


@pytest.mark.parametrize(
    ("expect", "ok"),
    [("a", True), (["a", "b"], True), (["b", "a"], True), (["a", "a"], False), ("c", False)],
)
def test_expects_labels(expect: Json, ok: bool) -> None:
    case = replace(TASK.sample, expect=expect)
    assert TASK.expect(case, TASK.parse(sounds(a=CHIME, b=CHIME))).ok == ok


@pytest.mark.parametrize(
    "answer", [[], [{"blob": "AAAA", "label": "a"}], [{**sounds(a=CHIME)[0], "error": "x"}]]
)
def test_other_shapes_are_refused(answer: Any) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)
