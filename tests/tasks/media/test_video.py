"""Videos as answers: what their header states, comparison."""

import base64
import struct
from typing import Any

import pytest

from harness.api import Json, ShapeError
from harness_tasks._samples import CLIP, mp4
from harness_tasks.image_to_video import TASK as IMAGE_TO_VIDEO
from harness_tasks.text_to_video import TASK

GIF = b"GIF89a" + struct.pack("<HH", 30, 20) + bytes(20)
WEBM = b"\x1aE\xdf\xa3" + bytes(40)


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def movie(*boxes: bytes) -> bytes:
    return box(b"ftyp", b"isom\x00\x00\x02\x00isom") + box(b"moov", b"".join(boxes))


def features(body: bytes) -> dict[str, Any]:
    value = TASK.parse(body).value
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("task", [TASK, IMAGE_TO_VIDEO], ids=lambda task: task.name)
@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        (CLIP, "video/mp4"),
        (base64.b64encode(CLIP).decode(), "base64 video/mp4"),
        ({"video": base64.b64encode(CLIP).decode()}, "{video} video/mp4"),
    ],
    ids=["bytes", "base64", "object"],
)
def test_every_way_to_travel_gives_the_same_video(
    task: Any, answer: Json | bytes, variant: str
) -> None:
    output = task.parse(answer)
    assert (output.variant, output.text) == (variant, "video/mp4, 64 x 48, 1.50 s")
    assert output.value["duration_s"] == 1.5


def test_other_containers_give_what_their_header_has() -> None:
    assert features(GIF).items() >= {"media_type": "image/gif", "width": 30, "height": 20}.items()
    assert features(WEBM).keys() == {"media_type", "bytes", "sha256"}


def test_long_headers_and_the_size_of_the_picture_are_read() -> None:
    length = struct.pack(">B3xQQIQ", 1, 0, 0, 90_000, 225_000)
    picture = box(b"tkhd", struct.pack(">B3x84xII", 1, 320 << 16, 240 << 16))
    sound = box(b"tkhd", struct.pack(">B3x72xII", 0, 0, 0))
    found = features(movie(box(b"mvhd", length), box(b"trak", picture), box(b"trak", sound)))
    assert (found["duration_s"], found["width"], found["height"]) == (2.5, 320, 240)


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_an_unknown_length_is_not_0(length: int) -> None:
    head = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1_000, length))
    output = TASK.parse(movie(head))
    assert "duration_s" not in features(movie(head))
    assert all(f.ok for f in TASK.validate(TASK.sample, output))


def test_boxes_of_64_bit_length_and_to_the_end_are_read() -> None:
    wide = struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd"
    last = struct.pack(">I4s", 0, b"mdat") + b"rest"
    assert features(CLIP + wide + last)["duration_s"] == 1.5


def test_truncated_and_damaged_files_raise_nothing_but_shape_errors() -> None:
    damaged = [CLIP[:cut] for cut in range(len(CLIP))]
    damaged += [CLIP[:at] + bytes([CLIP[at] ^ 0xFF]) + CLIP[at + 1 :] for at in range(len(CLIP))]
    for body in damaged:
        try:
            TASK.parse(body)
        except ShapeError as error:
            assert "; expected" in str(error)  # noqa: PT017 - some are whole enough


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (CLIP[:-1], "cut off or broken"),
        (CLIP[:24], "without a movie header"),
        (movie(box(b"mvhd", b"")), "cut off or broken"),
        (box(b"ftyp", b"isom") + struct.pack(">I4s", 4, b"moov"), "cut off or broken"),
    ],
)
def test_a_broken_video_says_why(body: bytes, why: str) -> None:
    with pytest.raises(ShapeError, match=why):
        TASK.parse(body)


def measures(before: bytes, after: bytes) -> dict[str, float]:
    found = TASK.compare(TASK.sample, TASK.parse(before), TASK.parse(after))
    return {measure.name: measure.value for measure in found}


def test_only_equal_bytes_agree() -> None:
    assert measures(CLIP, CLIP) == {"agreement": 1.0, "duration_ratio": 1.0, "bytes_ratio": 1.0}
    assert measures(CLIP, mp4(3.0, 64, 48)) == {
        "agreement": 0.0, "duration_ratio": 2.0, "bytes_ratio": 1.0,
    }  # fmt: skip
    other = measures(CLIP, CLIP + box(b"free", bytes(len(CLIP) - 8)))
    assert other == {"agreement": 0.0, "duration_ratio": 1.0, "bytes_ratio": 2.0}
    assert measures(WEBM, GIF).keys() == {"agreement", "bytes_ratio"}
