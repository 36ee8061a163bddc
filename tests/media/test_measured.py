"""Size and length are read from headers, and are unknown where a header is cut off."""

import struct

import pytest

from harness.media import duration_of, media_words, size_of
from tests.reports.media_files import landscape, wav, webm


def mp4(version: int, seconds: float) -> bytes:
    def box(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data) + 8) + name + data

    length = round(seconds * 600)
    if version:
        movie = struct.pack(">IQQIQ", 1 << 24, 0, 0, 600, length)
    else:
        movie = struct.pack(">IIIII", 0, 0, 0, 600, length)
    track = bytes(76) + struct.pack(">II", 320 << 16, 180 << 16)
    sound = bytes(76) + struct.pack(">II", 0, 0)
    tracks = box(b"trak", box(b"tkhd", sound)) + box(b"trak", box(b"tkhd", track))
    moov = box(b"moov", box(b"mvhd", movie) + tracks)
    return box(b"ftyp", b"isom\x00\x00\x02\x00") + box(b"mdat", b"xyz") + moov


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc4\x00\x03c\xff\xff\xc0\x00\x0b\x08"
    + struct.pack(">HH", 90, 160)
    + bytes(6)
)
WEBP = b"RIFF\x00\x00\x00\x00WEBP"
SIZED = [
    (landscape(0.1, 30, 20), (30, 20)),
    (b"GIF89a" + struct.pack("<HH", 7, 9) + bytes(8), (7, 9)),
    (JPEG, (160, 90)),
    (WEBP + b"VP8X" + bytes(8) + b"\x1f\x00\x00\x0f\x00\x00", (32, 16)),
    (WEBP + b"VP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 31 | 15 << 14), (32, 16)),
    (WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 32, 16), (32, 16)),
    (mp4(0, 2.5), (320, 180)),
]


@pytest.mark.parametrize(("body", "size"), SIZED)
def test_size_is_that_of_the_header(body: bytes, size: tuple[int, int]) -> None:
    assert size_of(body) == size


@pytest.mark.parametrize("body", [body for body, _ in SIZED])
def test_a_cut_header_has_no_size_and_raises_nothing(body: bytes) -> None:
    whole = size_of(body)
    for end in range(min(len(body), 400)):
        assert size_of(body[:end]) in (None, whole)


def test_length_is_that_of_the_header() -> None:
    assert duration_of(wav(440, 0.25)) == pytest.approx(0.25)
    assert duration_of(mp4(0, 2.5)) == pytest.approx(2.5)
    assert duration_of(mp4(1, 7.5)) == pytest.approx(7.5)
    flac = b"fLaC\x00\x00\x00\x22" + bytes(10) + struct.pack(">Q", 8000 << 44 | 4000) + bytes(16)
    assert duration_of(flac) == pytest.approx(0.5)


def test_a_streamed_wav_is_as_long_as_what_is_there() -> None:
    body = bytearray(wav(440, 0.25))
    at = bytes(body).index(b"data") + 4
    body[at : at + 4] = b"\xff\xff\xff\xff"
    assert duration_of(bytes(body)) == pytest.approx(0.25)


@pytest.mark.parametrize("body", [b"", b"RIFF", wav(440, 0.1)[:20], webm(), mp4(0, 0)])
def test_length_is_unknown_where_no_header_states_it(body: bytes) -> None:
    assert duration_of(body) is None


def test_a_wav_without_a_rate_has_no_length() -> None:
    body = bytearray(wav(440, 0.1))
    body[28:32] = bytes(4)
    assert duration_of(bytes(body)) is None


def test_words_say_type_size_length_and_bytes() -> None:
    picture, sound = landscape(0.1, 30, 20), wav(440, 0.25)
    assert media_words(picture) == f"image/png, 30 × 20, {len(picture)} B"
    assert media_words(sound) == "audio/wav, 0.25 s, 4.0 kB"
    assert media_words(b"<svg/>") == "a file of another type, 6 B"
