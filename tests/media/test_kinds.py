"""A file is what its first bytes say, and only what can do nothing but be seen or heard."""

import pytest

from harness.media import kind_of
from tests.reports.media_files import landscape, wav, webm

PADDING = bytes(64)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (landscape(0.2, 12, 8), "image/png"),
        (b"\xff\xd8\xff\xe0" + PADDING, "image/jpeg"),
        (b"GIF87a" + PADDING, "image/gif"),
        (b"GIF89a" + PADDING, "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + PADDING, "image/webp"),
        (wav(440, 0.01), "audio/wav"),
        (b"fLaC" + PADDING, "audio/flac"),
        (b"OggS" + PADDING, "audio/ogg"),
        (b"ID3\x04" + PADDING, "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + PADDING, "audio/mpeg"),
        (b"\x00\x00\x00\x18ftypisom" + PADDING, "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A " + PADDING, "audio/mp4"),
        (webm(), "video/webm"),
    ],
)
def test_media_are_known_by_their_first_bytes(body: bytes, media_type: str) -> None:
    kind = kind_of(body)
    assert kind is not None
    assert kind.media_type == media_type
    assert media_type.startswith(kind.shown_as) or kind.shown_as == "video"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"  \x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        b"BM" + PADDING,
        b"RIFF\x00\x00\x00\x00AVI " + PADDING,
        b"\x00\x00\x00\x18ftypavif" + PADDING,
        b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska" + PADDING,
        b"\xff\xf1\x50\x80" + PADDING,
        b"\xff\xfb\xf0\x00" + PADDING,
    ],
)
def test_everything_else_is_no_media(body: bytes) -> None:
    assert kind_of(body) is None
