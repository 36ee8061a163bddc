"""Where the media of a report go: into the page while they are small, beside it otherwise."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from harness.api import Artifact, MediaKind

MOST_BYTES_EACH = 1_500_000
"""Of one file that is put into the page, before base64 makes a third more of it."""
MOST_BYTES_IN_PAGE = 12_000_000
"""Of all of them together."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one file is now."""

    source: str
    """A `data:` url, or `media/<sha256>.<extension>` beside the page."""
    sha256: str
    is_beside: bool
    is_large: bool = False
    """Whether it is beside the page for its size alone."""


@dataclass(slots=True)
class MediaShelf:
    """Places files as they come; what does not fit into the page waits to be written."""

    each: int = MOST_BYTES_EACH
    together: int = MOST_BYTES_IN_PAGE
    in_page: int = 0
    masks: int = 0
    """Pairs of images whose pixels were compared."""
    beside: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    """By name, what gives the body again: so many large files need not fit into memory."""

    def place(self, kind: MediaKind, body: bytes, again: Callable[[], bytes]) -> Placed:
        """Give where the file is; `kind` was read from its own bytes, `again` gives these."""
        digest = sha256(body).hexdigest()
        name = f"media/{digest}.{kind.extension}"
        fits = len(body) <= self.each and self.in_page + len(body) <= self.together
        if fits and name not in self.beside:
            self.in_page += len(body)
            text = b64encode(body).decode("ascii")
            return Placed(f"data:{kind.media_type};base64,{text}", digest, is_beside=False)
        self.beside[name] = again
        return Placed(name, digest, is_beside=True, is_large=self.each > 0)

    def artifacts(self) -> Iterator[Artifact]:
        """Give what has to be written beside the page."""
        for name, again in self.beside.items():
            yield Artifact(name=name, chunks=map(_called, (again,)))


def _called(again: Callable[[], bytes]) -> bytes:
    return again()
