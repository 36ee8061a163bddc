"""Sound as answers: every way it travels, features, legality, comparison."""

import base64
import hashlib
import io
import math
import struct
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import pytest

from harness.api import Json, Output, ShapeError
from harness.data.noun import replace
from harness_tasks._samples import CHIME, tone, wav
from harness_tasks._sound import BANDS
from harness_tasks.text_to_speech import TASK


def riff(kind: int, bits: int, data: bytes, channels: int = 1, rate: int = 8_000) -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"LIST\x03\x00\x00\x00abc\x00"
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def flac_header(rate: int, channels: int, frames: int) -> bytes:
    bits = rate << 44 | (channels - 1) << 41 | 15 << 36 | frames
    return b"fLaC\x80\x00\x00\x22" + bytes(10) + bits.to_bytes(8, "big") + bytes(16)


def with_soundfile(form: str) -> bytes:
    soundfile: Any = __import__("soundfile")
    out = io.BytesIO()
    soundfile.write(out, tone(440, 0.5), 8_000, format=form)
    return out.getvalue()


FILES = {form: with_soundfile(form) for form in ("FLAC", "OGG", "MP3")} if find_spec("soundfile") \
    else {}  # fmt: skip


def features(answer: Json | bytes) -> dict[str, Any]:
    value = TASK.parse(answer).value
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        (CHIME, "audio/wav"),
        (base64.b64encode(CHIME).decode(), "base64 audio/wav"),
        ({"audio": base64.b64encode(CHIME).decode()}, "{audio} audio/wav"),
    ],
    ids=["bytes", "base64", "object"],
)
def test_every_way_to_travel_gives_the_same_sound(answer: Json | bytes, variant: str) -> None:
    output = TASK.parse(answer)
    assert (output.variant, output.text) == (variant, "audio/wav, 0.10 s, 8000 Hz")
    assert output.value == features(CHIME)
    assert features(CHIME)["sha256"] == hashlib.sha256(CHIME).hexdigest()


def test_features_of_a_tone_are_those_of_the_tone() -> None:
    found = features(wav(tone(1_000, 1.0)))
    assert (found["sample_rate_hz"], found["channels"], found["duration_s"]) == (8_000, 1, 1.0)
    assert found["peak"] == pytest.approx(0.5, abs=1e-3)
    assert found["level_dbfs"] == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.01)
    bands = found["bands_db"]
    loudest = math.floor(math.log10(1 + 1_000 / 700) / math.log10(1 + 8_000 / 700) * BANDS)
    assert len(bands) == BANDS
    assert max(range(BANDS), key=bands.__getitem__) == loudest
    assert bands[loudest] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize(
    ("kind", "bits", "data"),
    [
        (1, 8, bytes([128, 192, 128, 64])),
        (1, 16, struct.pack("<4h", 0, 16_384, 0, -16_384)),
        (1, 24, b"\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\xc0"),
        (1, 32, struct.pack("<4i", 0, 1 << 30, 0, -(1 << 30))),
        (3, 32, struct.pack("<4f", 0, 0.5, 0, -0.5)),
        (3, 64, struct.pack("<4d", 0, 0.5, 0, -0.5)),
    ],
)
def test_samples_of_every_width_mean_the_same(kind: int, bits: int, data: bytes) -> None:
    found = features(riff(kind, bits, data))
    assert found["peak"] == 0.5
    assert found["level_dbfs"] == pytest.approx(10 * math.log10(0.125), abs=0.01)
    assert found["duration_s"] == 4 / 8_000


def test_an_extensible_format_is_read_by_its_sub_format() -> None:
    form = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, 8_000, 16_000, 2, 16, 22, 16, 4, 1, bytes(14))
    body = b"RIFF\x00\x00\x00\x00WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data\x04\x00\x00\x00" + struct.pack("<2h", 16_384, -16_384)
    assert features(body)["peak"] == 0.5


def test_a_stream_of_unknown_length_is_read_to_its_end() -> None:
    streamed = CHIME.replace(b"data" + struct.pack("<I", 1_600), b"data\xff\xff\xff\xff")
    assert features(streamed)["duration_s"] == 0.1


def test_channels_count_alike() -> None:
    left = tone(440, 0.25)
    both = [sample for one in left for sample in (one, -one)]  # their mean is silence
    found = features(wav(both, channels=2))
    assert (found["channels"], found["duration_s"]) == (2, 0.25)
    assert found["bands_db"] == features(wav(left))["bands_db"]


def test_samples_as_numbers_are_a_sound_too() -> None:
    flat = TASK.parse({"audio": tone(440, 0.1), "sampling_rate": 8_000})
    nested = TASK.parse({"audio": [tone(440, 0.1)], "sampling_rate": 8_000})
    assert flat.value == nested.value
    assert flat.variant == "{audio,sampling_rate}"
    assert flat.text == "audio/x-float32, 0.10 s, 8000 Hz"
    agreement = next(iter(TASK.compare(TASK.sample, TASK.parse(CHIME), flat)))
    assert agreement.value == 1.0
    stereo = TASK.parse({"audio": [[0.5, 0.5], [0, 0]], "sampling_rate": 2})
    assert isinstance(stereo.value, dict)
    assert (stereo.value["channels"], stereo.value["duration_s"]) == (2, 1.0)


def test_what_is_not_decoded_says_so(no_decoders: None) -> None:
    header = TASK.parse(flac_header(24_000, 2, 36_000))
    assert header.variant == "audio/flac, not decoded"
    assert header.text == "audio/flac, 1.50 s, 24000 Hz"
    unknown = TASK.parse(flac_header(24_000, 1, 0))
    assert isinstance(unknown.value, dict)
    assert "duration_s" not in unknown.value
    bare = TASK.parse(b"ID3\x04" + bytes(50))
    assert isinstance(bare.value, dict)
    assert bare.value.keys() == {"media_type", "bytes", "sha256"}
    assert bare.variant == "audio/mpeg, not decoded"
    law = TASK.parse(riff(7, 8, bytes(80)))
    assert law.variant == "audio/wav, not decoded"
    assert all(f.ok for f in TASK.validate(TASK.sample, bare))


@pytest.mark.skipif(not FILES, reason="soundfile is not installed")
@pytest.mark.parametrize("form", ["FLAC", "OGG", "MP3"])
def test_other_containers_sound_like_the_wav(form: str) -> None:
    before, after = TASK.parse(wav(tone(440, 0.5))), TASK.parse(FILES[form])
    found = {m.name: m.value for m in TASK.compare(TASK.sample, before, after)}
    assert abs(found["level_drift_db"]) < 1
    if form == "FLAC":
        assert found["agreement"] == 1.0
        assert found["spectral_distance_db"] == pytest.approx(0.0, abs=0.05)


@pytest.mark.skipif(not FILES, reason="soundfile is not installed")
def test_flac_that_was_cut_off_is_no_answer() -> None:
    with pytest.raises(ShapeError, match=r"audio/flac, (cut off|which cannot be decoded)"):
        TASK.parse(FILES["FLAC"][:-400])


def test_truncated_and_damaged_files_raise_nothing_but_shape_errors(either_way: None) -> None:
    for body in (CHIME, riff(3, 32, struct.pack("<9f", *[0.1] * 9)), *FILES.values()):
        step = max(1, len(body) // 60)
        damaged = [body[:cut] for cut in range(0, len(body), step)]
        damaged += [body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]
                    for at in range(0, min(len(body), 4_000), step)]  # fmt: skip
        for one in damaged:
            try:
                output = TASK.parse(one)
            except ShapeError as error:
                assert "; expected" in str(error)  # noqa: PT017 - some are whole enough
            else:
                list(TASK.validate(TASK.sample, output))
                list(TASK.compare(TASK.sample, output, TASK.parse(CHIME)))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (CHIME[:-100], "cut off within 'data'"),
        (CHIME[:30], "cut off within 'fmt '"),
        (b"RIFF\x00\x00\x00\x00WAVE", "without a format or without samples"),
        (riff(1, 16, b"", channels=0), "0 channels"),
        (riff(1, 16, b"\x00\x00", rate=0), "at 0 Hz"),
        (riff(3, 32, struct.pack("<f", math.nan)), "a sample of nan"),
        (riff(3, 32, struct.pack("<f", math.inf)), "a sample of 1.0"),
        (riff(3, 64, struct.pack("<d", 1e300)), "a sample of 1.0"),
        (b"fLaC\x00", "its header cut off"),
    ],
)
def test_a_broken_sound_says_why(body: bytes, why: str) -> None:
    with pytest.raises(ShapeError, match=why):
        TASK.parse(body)


def test_silence_and_nothing_are_not_valid() -> None:
    def failed(body: bytes) -> list[str]:
        return [f.message for f in TASK.validate(TASK.sample, TASK.parse(body)) if not f.ok]

    assert failed(wav([0.0] * 100)) == ["every sample is 0: silence"]
    assert failed(wav([])) == ["there is no sound in it"]
    assert failed(CHIME) == []


def measures(before: Sequence[float], after: Sequence[float]) -> dict[str, Any]:
    pair = (TASK.parse(wav(list(before))), TASK.parse(wav(list(after))))
    return {m.name: pytest.approx(m.value, abs=0.02) for m in TASK.compare(TASK.sample, *pair)}


def test_a_softer_copy_drifts_in_level_alone() -> None:
    loud = tone(440, 0.5)
    soft = measures(loud, [sample / 2 for sample in loud])
    assert soft == {
        "agreement": 0.0,
        "duration_ratio": 1.0,
        "level_drift_db": 20 * math.log10(0.5),
        "spectral_distance_db": 0.0,
    }


def test_a_longer_sound_and_another_tone_do_not_agree() -> None:
    longer = measures(tone(440, 0.5), tone(440, 1.0))
    assert (longer["agreement"], longer["duration_ratio"]) == (0.0, 2.0)
    other = measures(tone(440, 0.5), tone(1_500, 0.5))
    assert other["agreement"] == 0.0
    assert other["spectral_distance_db"] != 0.0


def test_nearly_the_same_sound_agrees() -> None:
    first = tone(440, 0.5)
    nearly = [sample * 0.95 for sample in first[:-8]]
    assert measures(first, nearly)["agreement"] == 1.0


def test_spectral_distance_is_the_root_mean_square_over_the_bands() -> None:
    before = Output(value={"sha256": "a", "bands_db": [-10.0, -20.0]})
    after = Output(value={"sha256": "b", "bands_db": [-13.0, -24.0]})
    found = {m.name: m.value for m in TASK.compare(TASK.sample, before, after)}
    assert found == {"agreement": 0.0, "spectral_distance_db": pytest.approx(math.sqrt(12.5))}


def test_expects_features() -> None:
    expect: Json = {"sample_rate_hz": 8_000, "level_dbfs": {"min": -12, "max": -6}}
    assert TASK.expect(replace(TASK.sample, expect=expect), TASK.parse(CHIME)).ok
