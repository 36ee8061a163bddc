"""Which container a file is, by its first bytes: headers of a reply are often wrong."""

IMAGE_TYPES = {
    "png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "bmp": "image/bmp", "tiff": "image/tiff", "avif": "image/avif",
}  # fmt: skip
AUDIO_TYPES = {
    "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg",
    "aac": "audio/aac", "m4a": "audio/mp4", "mp4": "audio/mp4", "webm": "audio/webm",
}  # fmt: skip
VIDEO_TYPES = {
    "mp4": "video/mp4", "webm": "video/webm", "avi": "video/x-msvideo", "gif": "image/gif",
    "webp": "image/webp", "ogg": "video/ogg",
}  # fmt: skip

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\x1aE\xdf\xa3", "webm"),
)
_RIFF = {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "avi"}
_BRANDS = {b"avif": "avif", b"avis": "avif", b"M4A ": "m4a", b"M4B ": "m4a"}


def container_of(body: bytes) -> str:
    """Give `png`, `wav`, `mp4` and so on, an empty string for what is none of them.

    Signatures: the formats' own specifications (ISO 14496-12 `ftyp`, RIFF, RFC 9639, RFC 8794).
    """
    for start, container in _STARTS:
        if body.startswith(start):
            return container
    if body.startswith(b"RIFF"):
        return _RIFF.get(body[8:12], "")
    if body[4:8] == b"ftyp":
        return _BRANDS.get(body[8:12], "mp4")
    if len(body) > 4 and body[0] == 0xFF and body[1] & 0xE0 == 0xE0:
        return _frame(body)
    return ""


def _frame(body: bytes) -> str:
    """Tell MPEG audio (ISO 11172-3) from AAC in ADTS (ISO 13818-7) by the two layer bits."""
    if body[1] & 0xF6 == 0xF0:
        return "aac"
    is_frame = body[1] & 0x06 and body[1] & 0x18 != 0x08
    return "mp3" if is_frame and body[2] & 0xF0 != 0xF0 and body[2] & 0x0C != 0x0C else ""
