"""Tells images, sound and video that a browser shows by their first bytes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MediaKind:
    """A kind of file that can do nothing but be seen or heard: never SVG, never HTML."""

    shown_as: Literal["image", "audio", "video"]
    media_type: str
    extension: str


_PNG = MediaKind("image", "image/png", "png")
_JPEG = MediaKind("image", "image/jpeg", "jpg")
_GIF = MediaKind("image", "image/gif", "gif")
_WEBP = MediaKind("image", "image/webp", "webp")
_WAV = MediaKind("audio", "audio/wav", "wav")
_FLAC = MediaKind("audio", "audio/flac", "flac")
_MP3 = MediaKind("audio", "audio/mpeg", "mp3")
_OGG = MediaKind("audio", "audio/ogg", "ogg")
_M4A = MediaKind("audio", "audio/mp4", "m4a")
_MP4 = MediaKind("video", "video/mp4", "mp4")
_WEBM = MediaKind("video", "video/webm", "webm")

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"fLaC", _FLAC),
    (b"OggS", _OGG),
    (b"ID3", _MP3),
)
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


def kind_of(body: bytes) -> MediaKind | None:
    """Give what the file is by its first bytes; None for everything else, whatever it calls itself.

    Signatures: ISO 15948, ITU-T T.81, GIF89a, RFC 9649, RIFF, RFC 9639, RFC 3533, ISO 11172-3,
    ISO 14496-12, RFC 8794.
    """
    for start, kind in _STARTS:
        if body.startswith(start):
            return kind
    if body.startswith(b"RIFF"):
        return {b"WAVE": _WAV, b"WEBP": _WEBP}.get(body[8:12])
    if body[4:8] == b"ftyp":
        brand = body[8:12]
        if brand in _STILL_BRANDS:
            return None
        return _M4A if brand in (b"M4A ", b"M4B ") else _MP4
    if body.startswith(b"\x1aE\xdf\xa3"):
        return _WEBM if b"webm" in body[:64] else None
    return _MP3 if _is_mp3_frame(body) else None


def _is_mp3_frame(body: bytes) -> bool:
    """Whether an MPEG audio frame of layer III begins here, its rates legal ones."""
    if len(body) < 4 or body[0] != 0xFF or body[1] & 0xE0 != 0xE0:
        return False
    is_layer_3 = body[1] & 0x06 == 0x02 and body[1] & 0x18 != 0x08
    return is_layer_3 and body[2] & 0xF0 not in (0x00, 0xF0) and body[2] & 0x0C != 0x0C
