"""Texts of cases, pressed in chunks and kept aside until the page is written."""

import tempfile
import weakref
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import IO, Any

import orjson

CASES_A_CHUNK = 256
BYTES_A_CHUNK = 400_000
"""Before pressing: so much is read again to open one case."""
BYTES_IN_MEMORY = 1_000_000
"""Of pressed chunks; what is more waits in a temporary file."""
_BYTES_A_PIECE = 3 * 16384
"""Of base64, which is whole after every three."""


def pressed(parts: Iterable[bytes]) -> bytes:
    """Give parts of one whole as raw deflate in base64: what a page unpacks by itself."""
    return b64encode(deflated(parts))


def deflated(parts: Iterable[bytes]) -> bytes:
    """Give parts of one whole as raw deflate."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15, 9)
    return b"".join([*map(deflate.compress, parts), deflate.flush()])


def in_base64(data: bytes) -> Iterator[bytes]:
    """Stream data in base64."""
    for start in range(0, len(data), _BYTES_A_PIECE):
        yield b64encode(data[start : start + _BYTES_A_PIECE])


class Chunks:
    """Presses texts as they come; memory is bounded whatever their number."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        """The number, among the cases with texts, of the first case of each chunk."""
        self.sizes: list[int] = []
        """Bytes of each chunk as it stands in the page."""
        self.cases = 0
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - outlives this
            max_size=BYTES_IN_MEMORY
        )
        weakref.finalize(self, self._spool.close)  # where nobody reads it to its end

    def add(self, texts: Any) -> None:
        """Add the texts of the next case."""
        data = orjson.dumps(texts)
        if self._waiting and self._bytes + len(data) > BYTES_A_CHUNK:
            self._close()
        self._waiting.append(data)
        self._bytes += len(data)
        self.cases += 1
        if len(self._waiting) >= CASES_A_CHUNK:
            self._close()

    def finish(self) -> None:
        """Close the last chunk."""
        if self._waiting:
            self._close()

    def read(self) -> Iterator[bytes]:
        """Give every chunk in order; once."""
        with self._spool as spool:
            spool.seek(0)
            for size in self.sizes:
                yield spool.read(size)

    def _close(self) -> None:
        chunk = pressed((b"[", b",".join(self._waiting), b"]"))
        self.starts.append(self.cases - len(self._waiting))
        self.sizes.append(len(chunk))
        self._spool.write(chunk)
        self._waiting, self._bytes = [], 0
