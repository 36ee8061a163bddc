"""Questions, parameters and answers are put as the hosted API puts them."""

import base64
import io
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness_local.worker.embedding import _pooling
from harness_local.worker.nouns import Question, QuestionError
from harness_local.worker.plain import plain
from harness_local.worker.reading import file_of, object_of, picture_of, read_question
from harness_local.worker.sampling import asked_for
from harness_local.worker.sounds import samples_of, wav


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {"max_new_tokens": 100, "do_sample": False}),
        ({"max_tokens": 5}, {"max_new_tokens": 5, "do_sample": False}),
        ({"max_length": 5}, {"max_length": 5, "do_sample": False}),
        ({"temperature": 0}, {"max_new_tokens": 100, "do_sample": False}),
        ({"temperature": 0.5}, {"max_new_tokens": 100, "do_sample": True, "temperature": 0.5}),
        ({"top_p": 0.5, "do_sample": False}, {"max_new_tokens": 100, "do_sample": False}),
        ({"return_full_text": True}, {"max_new_tokens": 100, "do_sample": False}),
    ],
)
def test_nothing_is_sampled_unless_it_is_asked_for(
    given: Mapping[str, Any], asked: Mapping[str, Any]
) -> None:
    assert asked_for(given, "the tokenizer") == asked


def test_a_stop_text_brings_the_tokenizer_along() -> None:
    asked = asked_for({"stop": "."}, "the tokenizer")
    assert (asked["stop_strings"], asked["tokenizer"]) == (["."], "the tokenizer")


def test_what_models_give_becomes_json() -> None:
    given = {"scores": np.array([0.5, 1.0], dtype=np.float32), 3: (np.int64(4), None, True)}
    assert plain(given) == {"scores": [0.5, 1.0], "3": [4, None, True]}


@pytest.mark.parametrize("value", [float("nan"), np.array([np.inf]), [{"score": float("-inf")}]])
def test_a_number_that_is_not_finite_is_no_answer(value: Any) -> None:
    with pytest.raises(ValueError, match="not finite"):
        plain(value)


def test_what_is_not_json_is_no_answer() -> None:
    with pytest.raises(ValueError, match="a object, which is not JSON"):
        plain([object()])


def test_a_mask_becomes_a_png_in_base64_and_comes_back() -> None:
    image = pytest.importorskip("PIL.Image").new("L", (3, 2), 255)
    text = plain({"mask": image})["mask"]
    assert picture_of(Question(inputs=text)).size == (3, 2)


def test_a_file_is_the_body_or_base64_with_or_without_its_type() -> None:
    text = base64.b64encode(b"sound").decode()
    assert file_of(read_question(b"sound", "audio/wav")) == b"sound"
    assert file_of(Question(inputs=text)) == file_of(Question(inputs=f"data:a/b;base64,{text}"))
    with pytest.raises(QuestionError, match="not base64"):
        file_of(Question(inputs="***"))
    with pytest.raises(QuestionError, match="a file is needed"):
        file_of(Question(inputs=3))
    with pytest.raises(QuestionError, match="the body is empty"):
        read_question(b"", "audio/wav")


def test_a_missing_member_is_named() -> None:
    with pytest.raises(QuestionError, match="context is missing"):
        object_of(Question(inputs={"question": "who?"}), "question", "context")


def sine(rate_hz: int, channels: int = 1) -> bytes:
    time_s = np.arange(rate_hz) / rate_hz
    one = 0.5 * np.sin(2 * np.pi * 440 * time_s)
    return wav(np.stack([one] * channels), rate_hz).body


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050])
def test_a_sound_is_given_at_the_rate_a_model_wants(rate_hz: int, channels: int) -> None:
    samples = samples_of(sine(rate_hz, channels), 16_000)
    assert (samples.dtype, samples.shape) == (np.float32, (16_000,))
    spectrum = np.abs(np.fft.rfft(samples))
    assert int(spectrum.argmax()) == 440
    assert float(np.abs(samples[1_000:-1_000]).max()) == pytest.approx(0.5, abs=0.02)


def test_a_sound_goes_out_as_16_bit_wav() -> None:
    file = wav(np.array([0.0, 1.0, -1.0, 2.0], dtype=np.float32), 8_000)
    with wave.open(io.BytesIO(file.body)) as stream:
        assert stream.getparams()[:4] == (1, 2, 8_000, 4)
        assert np.frombuffer(stream.readframes(4), "<i2").tolist() == [0, 32767, -32767, 32767]
    with pytest.raises(ValueError, match="not finite"):
        wav(np.array([np.nan]), 8_000)
    with pytest.raises(QuestionError, match=r"no sound|no WAV"):
        samples_of(b"not a sound at all", 8_000)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ("mean", False)),
        ({"1_Pooling/config.json": '{"pooling_mode_cls_token": true}'}, ("cls", False)),
        (
            {
                "1_Pooling/config.json": '{"pooling_mode_mean_tokens": true}',
                "modules.json": '[{"type": "x.Pooling"}, {"type": "x.Normalize"}]',
            },
            ("mean", True),
        ),
    ],
)
def test_vectors_are_pooled_as_the_model_says(
    files: Mapping[str, str], found: tuple[str, bool], tmp_path: Path
) -> None:
    write(tmp_path, files)
    assert _pooling(tmp_path) == found


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"1_Pooling/config.json": '{"pooling_mode_max_tokens": true}'}, "pools by"),
        ({"modules.json": '[{"type": "sentence_transformers.models.Dense"}]'}, "models.Dense"),
    ],
)
def test_a_way_of_pooling_that_is_not_known_is_refused(
    files: Mapping[str, str], words: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    with pytest.raises(ValueError, match=words):
        _pooling(tmp_path)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
