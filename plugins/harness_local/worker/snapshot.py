"""Finds a revision in the Hub cache, and verifies that its files are what the Hub named them.

A cache of the Hub has a folder a commit, `models--org--name/snapshots/<40 hex>`, of links to
blobs. A blob is called by its content: the git hash of a small file, the sha256 of a large one.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness_local.worker.nouns import RefusedError, Specification

# Weights of other libraries, which are not loaded.
OTHER_WEIGHTS = ("*.h5", "*.msgpack", "*.onnx", "*.ot", "*.tflite", "*.gguf", "*.mlmodel", "onnx/*")
SNAPSHOT = re.compile(r"[\\/]snapshots[\\/]([0-9a-f]{40})(?:[\\/]|$)")
CHUNK_BYTES = 1 << 20
SHA1_DIGITS, SHA256_DIGITS = 40, 64


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A commit's folder, and how many of its files were verified by their name."""

    folder: Path
    files: int
    verified: int
    stamps: tuple[tuple[str, int, int], ...]
    """(name, bytes, time of change) of every file as it was verified."""


def find_snapshot(specification: Specification) -> Path:
    """Give the folder of a revision, downloaded where that is allowed; raises RefusedError."""
    import huggingface_hub
    from huggingface_hub import errors

    name = specification.model
    pin = specification.revision
    at = f"{name} at {pin}" if pin else name
    try:
        folder = huggingface_hub.snapshot_download(
            name, revision=pin, ignore_patterns=list(OTHER_WEIGHTS)
        )
    except errors.GatedRepoError:
        raise RefusedError(
            f"{name} is gated: accept its conditions on its page, then log in with `hf auth login`"
        ) from None
    except errors.RevisionNotFoundError:
        raise RefusedError(f"{name} has no revision {pin}; `revgate lock` finds one") from None
    except errors.RepositoryNotFoundError:
        raise RefusedError(f"the Hub has no model {name}, or not for this account") from None
    except errors.LocalEntryNotFoundError:
        raise RefusedError(
            f"{at} is not in the Hub cache ({huggingface_hub.constants.HF_HUB_CACHE}), and the "
            f"Hub is not reached: run `hf download {name}{f' --revision {pin}' if pin else ''}` "
            "where it is, or unset HF_HUB_OFFLINE"
        ) from None
    except errors.HFValidationError as error:
        raise RefusedError(f"{name} is no name of a model on the Hub: {error}") from None
    except (OSError, errors.HfHubHTTPError) as error:
        raise RefusedError(f"{at} cannot be had: {error}") from None
    return Path(folder)


def verify(folder: Path) -> Snapshot:
    """Hold every file against the name of its blob; raises RefusedError where one differs.

    Files that are no links into the cache's blobs have no name to be held against; they are
    counted, not verified. What would load files that the revision does not pin is refused.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise RefusedError(f"{folder} is empty: download the model again")
    refuse_unpinned(folder)
    verified = 0
    stamps = []
    for path in files:
        blob = path.resolve()
        if path.is_symlink() and blob.parent.name == "blobs":
            if _content_name(blob) != blob.name:
                raise RefusedError(
                    f"{path.name} of {folder} is not the file the Hub gave at this revision: its "
                    f"content is not what {blob.name[:12]}… names. Delete it, download it again"
                )
            verified += 1
        stat = blob.stat()
        stamps.append((str(path.relative_to(folder)), stat.st_size, stat.st_mtime_ns))
    return Snapshot(folder, len(files), verified, tuple(stamps))


def refuse_unchanged_not(snapshot: Snapshot) -> None:
    """Raise RefusedError when a file changed while it was loaded."""
    for name, size, changed in snapshot.stamps:
        stat = (snapshot.folder / name).stat()
        if (stat.st_size, stat.st_mtime_ns) != (size, changed):
            raise RefusedError(f"{name} of {snapshot.folder} changed while it was loaded")


def refuse_unpinned(folder: Path) -> None:
    """Raise RefusedError for a repository that loads something from another, at no commit."""
    if (folder / "adapter_config.json").exists() and not (folder / "config.json").exists():
        base = _read(folder / "adapter_config.json").get("base_model_name_or_path")
        raise RefusedError(
            f"{folder} holds an adapter, whose base model {base} this revision does not pin: "
            "merge the two and pin the result"
        )
    for name in ("config.json", "tokenizer_config.json", "processor_config.json"):
        for source in _sources(_read(folder / name).get("auto_map")):
            if "--" in source:
                raise RefusedError(
                    f"{name} of {folder} takes its code from {source.partition('--')[0]}, which "
                    "this revision does not pin: use a copy of the model with the code in it"
                )


def _sources(auto_map: Any) -> list[str]:
    given = list(auto_map.values()) if isinstance(auto_map, dict) else []
    flat = [item for entry in given for item in (entry if isinstance(entry, list) else [entry])]
    return [item for item in flat if isinstance(item, str)]


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _content_name(blob: Path) -> str:
    """Give what the Hub would call a blob of this content, in the hash its name is in."""
    if len(blob.name) == SHA1_DIGITS:  # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
        digest = hashlib.sha1(b"blob %d\0" % blob.stat().st_size, usedforsecurity=False)
    elif len(blob.name) == SHA256_DIGITS:
        digest = hashlib.sha256()
    else:
        return ""
    with blob.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
