"""Containers are told by their first bytes."""

import pytest

from harness_tasks._samples import CHIME, CLIP, DOT
from harness_tasks._signatures import container_of


@pytest.mark.parametrize(
    ("body", "container"),
    [
        (DOT, "png"),
        (CHIME, "wav"),
        (CLIP, "mp4"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (b"GIF89a\x01\x00\x01\x00", "gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x24\x00\x00\x00ACON", ""),
        (b"II*\x00\x08\x00\x00\x00", "tiff"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "avif"),
        (b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00", "m4a"),
        (b"\x00\x00\x00\x1cftypisom\x00\x00\x00\x00", "mp4"),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        (b"OggS\x00\x02", "ogg"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xf3\xc4\x40\x16", "mp3"),
        (b"\xff\xfb\x90\x00\x00", "mp3"),
        (b"\xff\xf1\x50\x80\x00", "aac"),
        (b"\x1aE\xdf\xa3\x9fB\x86", "webm"),
        (b"\xff\xff\xff\xff\xff", ""),
        (b"<!doctype html>", ""),
        (b'{"error": "loading"}', ""),
        (b"", ""),
        (b"\xff", ""),
    ],
)
def test_the_first_bytes_name_the_container(body: bytes, container: str) -> None:
    assert container_of(body) == container
