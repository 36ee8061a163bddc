"""Remembers what reports put beside them, and removes what no report is written with any more."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from harness.cli.folder import FOLDERS
from harness.data.dossier import Artifact
from harness.data.noun import replace

REMEMBERED = ".beside.json"
"""In a run folder: who wrote, and the SHA-256 of every file below `FOLDERS`; no report's name."""


@dataclass(slots=True)
class Beside:
    """What is written this time; names as artifacts have them, with their SHA-256."""

    written: dict[str, str] = field(default_factory=dict)

    def noting(self, artifact: Artifact) -> Artifact:
        """Give an artifact that is remembered once its last chunk was taken, if it is beside."""
        if not artifact.name.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
            return artifact
        return replace(artifact, chunks=self._noted(artifact))

    def _noted(self, artifact: Artifact) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in artifact.chunks:
            digest.update(chunk)
            yield chunk
        self.written[artifact.name] = digest.hexdigest()

    def tidy(self, folder: Path, reporters: Iterable[str], *, is_whole: bool) -> None:
        """Remove what these reporters wrote before and not this time; remember what is there.

        Only files we wrote go, and only as we wrote them: what was changed since stays. Nothing
        goes when a reporter failed (not `is_whole`) or one that wrote before is not there now, as
        its page still needs its files. Raises OSError.
        """
        names = set(reporters)
        who, before = _remembered(folder)
        left = {name: digest for name, digest in before.items() if name not in self.written}
        if is_whole and who <= names:
            for name, digest in left.items():
                _remove(folder, name, digest)
            left, who = {}, set()
        _remember(folder, names | who, {**left, **self.written})


def _remembered(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Read what was written before; nothing where that cannot be said."""
    try:
        told = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
        return {str(name) for name in told["reporters"]}, {
            str(name): str(digest) for name, digest in told["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set(), {}


def _remember(folder: Path, reporters: Iterable[str], files: Mapping[str, str]) -> None:
    path = folder / REMEMBERED
    if not files:
        path.unlink(missing_ok=True)
        return
    told = {"reporters": sorted(reporters), "files": dict(sorted(files.items()))}
    temporary = path.with_name(f"{REMEMBERED}.part")
    temporary.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def _remove(folder: Path, name: str, digest: str) -> None:
    """Remove a file that is still as it was written, and its folder once that is empty."""
    above, _, plain = name.partition("/")
    path = folder / above / plain
    is_ours = above in FOLDERS and bool(plain) and Path(plain).name == plain
    if not is_ours or path.parent.is_symlink() or path.is_symlink() or not path.is_file():
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            return
    path.unlink()
    with suppress(OSError):
        path.parent.rmdir()  # stays while anything else is there
