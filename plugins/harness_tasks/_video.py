"""Answers that are a video: type, size and length read from the container, compared."""

import struct
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, size_of
from harness_tasks._directions import directions
from harness_tasks._media import features_of, file_features, recognized, unreadable
from harness_tasks._signatures import VIDEO_TYPES

EXPECTED = "the bytes of a video, or base64 of them as a string or {video}"

VIDEO_MEASURES = directions("duration_ratio", "bytes_ratio")
"""What `compare_videos` gives."""

_UNKNOWN_LENGTHS = (0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)
"""Of a fragmented file, and of one whose length was not known when it was begun."""


def parse_video(answer: Json | bytes) -> Output:
    """Read a video to `{media_type, bytes, sha256}` and what its header states; raises ShapeError.

    From MP4 `{duration_s, width, height}`, from GIF and WebP `{width, height}`. No frame is
    decoded.
    """
    body, container, framed = recognized(answer, "video", VIDEO_TYPES, EXPECTED)
    text = media_type = VIDEO_TYPES[container]
    value = file_features(media_type, body)
    if container == "mp4":
        value |= _movie(body, media_type)
    elif (size := size_of(body)) is not None:
        value["width"], value["height"] = size
    if "width" in value:
        text += f", {value['width']} x {value['height']}"
    if "duration_s" in value:
        text += f", {value['duration_s']:.2f} s"
    return Output(value=value, variant=framed + media_type, text=text)


def validate_video(_case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is a video of any length."""
    features = features_of(output)
    ok = bool(features.get("bytes")) and features.get("duration_s") != 0
    message = output.text if ok and output.text else "there is no video in it"
    yield Finding(check="valid_video", ok=ok, message=message, weight=0)


def compare_videos(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement (equal bytes) and the ratios of length and bytes, candidate to baseline."""
    old, new = features_of(before), features_of(after)
    is_equal = bool(old) and old.get("sha256") == new.get("sha256")
    yield Measure(name="agreement", value=float(is_equal), note="the bytes; no frame is decoded")
    for name, feature in (("duration_ratio", "duration_s"), ("bytes_ratio", "bytes")):
        first, second = old.get(feature), new.get(feature)
        if isinstance(first, int | float) and isinstance(second, int | float) and first > 0:
            yield Measure(name=name, value=second / first, better="neither")


def _movie(body: bytes, media_type: str) -> dict[str, Json]:
    """Give length and size of an MP4 (ISO 14496-12: `mvhd`, `tkhd`)."""
    features: dict[str, Json] = {}
    try:
        movie = next((data for name, data in _boxes(body) if name == b"moov"), None)
        if movie is None:
            raise unreadable(media_type, body, "without a movie header")
        for name, data in _boxes(movie):
            if name == b"mvhd":
                layout, at = (">IQ", 20) if data[0] == 1 else (">II", 12)
                scale, length = struct.unpack_from(layout, data, at)
                if scale and length not in _UNKNOWN_LENGTHS:
                    features["duration_s"] = round(length / scale, 4)
            elif name == b"trak":
                head = next((data for name, data in _boxes(data) if name == b"tkhd"), None)
                if head is not None:
                    width, height = struct.unpack_from(">II", head, 88 if head[0] == 1 else 76)
                    if width >> 16 and height >> 16:  # a sound track has neither
                        features["width"], features["height"] = width >> 16, height >> 16
    except (struct.error, IndexError) as error:
        raise unreadable(media_type, body, "cut off or broken") from error
    return features


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give name and content of each box; raises struct.error for one that ends too late."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            raise struct.error(f"box {name!r} of {size} bytes")
        yield name, data[at + head : at + size]
        at += size
