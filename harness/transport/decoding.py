"""Decodes bodies as they arrive, by what their headers say, never past a size cap."""

import re
import zlib
from collections.abc import Mapping

from harness.codings import DECODED, coding_of
from harness.data.exchange import Fault
from harness.transport.wire import not_http

_GZIP = b"\x1f\x8b"
_SPARE_BYTES = 65_536
"""By how much a compressed body may be larger than what is in it."""
_NAMES = re.compile(r"[\w.+*;= ,-]{1,80}", re.ASCII)
"""Codings that can be named in a message: longer ones would be cut, and with them a secret."""


class CodingError(ValueError):
    """An answer is packed in a way that nobody asked for."""


def decoder_for(headers: Mapping[str, str], status: int, cap_bytes: int) -> "Decoder | None":
    """Give what decodes a body with these headers; None where there is nothing to decode."""
    coding = coding_of(headers)
    if not coding:
        return None
    if coding in DECODED:
        return Inflater(cap_bytes)
    return Undecoded(headers["content-encoding"], cap_bytes, is_answer=200 <= status < 300)


def undecodable(error: ValueError) -> Fault:
    """Give the fault of a body that cannot be decoded, as the decoder says."""
    if not isinstance(error, CodingError):
        return not_http(str(error))
    return Fault(
        kind="malformed",
        message=str(error),
        hint="only gzip and deflate are decoded: see what the server, or a proxy on the way, "
        "makes of accept-encoding",
    )


class Undecoded:
    """Lets nothing through of a body in a coding that is not decoded here, whatever its bytes.

    `feed` raises CodingError where the body was to be the answer. That of a refusal is dropped: its
    status says enough, and nobody may read words into bytes that are no text.
    """

    is_cut = False

    def __init__(self, stated: str, cap_bytes: int, *, is_answer: bool) -> None:
        self._stated, self._left_bytes, self._is_answer = stated, cap_bytes, is_answer

    def feed(self, chunk: bytes) -> bytes:
        """Give nothing; raises OverflowError over the cap."""
        if self._is_answer and chunk:
            named = f" ({self._stated})" if _NAMES.fullmatch(self._stated) else ""
            raise CodingError(f"answered in an encoding nobody asked for{named}")
        self._left_bytes -= len(chunk)
        if self._left_bytes < 0:
            raise OverflowError
        return b""


class Inflater:
    """Decodes gzip as it arrives, of one member or several, never past a size cap.

    `feed` raises OverflowError over the cap and ValueError for bytes that are not gzip, those after
    its end included; NUL bytes there are padding, as RFC 1952 readers take them.
    """

    def __init__(self, cap_bytes: int) -> None:
        self._stream = zlib.decompressobj(wbits=47)  # gzip or zlib, told by the header
        self._left = cap_bytes
        self._left_on_wire = cap_bytes + _SPARE_BYTES
        self._start = b""
        """Of what comes after a member, too little to tell what it is."""
        self._is_fed = False

    def feed(self, chunk: bytes) -> bytes:
        """Give the decoded bytes of a chunk."""
        self._is_fed = True
        self._left_on_wire -= len(chunk)
        if self._left_on_wire < 0:  # of what unpacks to nothing, no end may ever come
            raise OverflowError
        decoded = b""
        while chunk := self._of_member(chunk):
            try:
                decoded += self._stream.decompress(chunk, self._left + 1)
            except zlib.error as error:
                raise ValueError(f"not valid gzip: {error}") from error
            if len(decoded) > self._left:
                raise OverflowError
            chunk = self._stream.unused_data
        self._left -= len(decoded)
        return decoded

    def _of_member(self, chunk: bytes) -> bytes:
        """Give what belongs to the member that is open; after one, open the next if it follows."""
        if not self._stream.eof:
            return chunk
        chunk = self._start + chunk if self._start else chunk.lstrip(b"\0")
        if not _GZIP.startswith(chunk[:2]):
            raise ValueError("not valid gzip: other bytes follow its end")
        self._start = chunk if len(chunk) < len(_GZIP) else b""
        if self._start or not chunk:
            return b""
        self._stream = zlib.decompressobj(wbits=31)
        return chunk

    @property
    def is_cut(self) -> bool:
        """Whether bytes came, but not the end of their stream."""
        return self._is_fed and (not self._stream.eof or bool(self._start))


Decoder = Inflater | Undecoded
