"""Makes a Hub cache of small models with seeded random weights, each at three commits.

`v1` and `v2` hold the same weights, `v2` another README; `v3` holds other weights. Laid out as
the Hub's own client does: blobs called by their content, a folder of links a commit.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.heavy import architectures

ORGANISATION = "tiny"
SEEDS = {"v1": 3, "v2": 3, "v3": 2}
Build = Callable[[Path], Any]
"""Saves tokenizer and processor into a folder; gives the model."""


def make_cache(
    cache: Path, names: tuple[str, ...] = tuple(architectures.BUILDS)
) -> dict[str, dict[str, str]]:
    """Fill a cache folder; give the commits by model and version: `{"tiny/x": {"v1": ...}}`."""
    commits: dict[str, dict[str, str]] = {}
    for name in names:
        repository = f"{ORGANISATION}/{name}"
        commits[repository] = {
            version: add_commit(
                cache, repository, lambda folder, v=version, n=name: _fill(folder, n, v)
            )
            for version in SEEDS
        }
    (cache / "commits.json").write_text(json.dumps(commits, indent=1), encoding="utf-8")
    return commits


def add_commit(cache: Path, repository: str, fill: Callable[[Path], None]) -> str:
    """Put what `fill` writes into a folder under a commit called by its content; give that."""
    home = cache / f"models--{repository.replace('/', '--')}"
    (home / "blobs").mkdir(parents=True, exist_ok=True)
    (home / "refs").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        fill(Path(made))
        names = {path.relative_to(made): _blob_name(path) for path in _files(Path(made))}
        listing = "".join(f"{path} {name}\n" for path, name in sorted(names.items()))
        commit = hashlib.sha1(listing.encode()).hexdigest()
        for path, name in names.items():
            if not (home / "blobs" / name).exists():
                shutil.copy(Path(made) / path, home / "blobs" / name)
            link = home / "snapshots" / commit / path
            link.parent.mkdir(parents=True, exist_ok=True)
            up = Path(*[".."] * (1 + len(path.parts)))
            if not link.is_symlink():
                link.symlink_to(up / "blobs" / name)
    (home / "refs" / "main").write_text(commit, encoding="utf-8")
    return commit


def _fill(folder: Path, name: str, version: str) -> None:
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.manual_seed(SEEDS[version])
    model = architectures.BUILDS[name](folder)
    with torch.no_grad():
        for parameter in model.parameters():  # fresh weights are nearly 0: every answer alike
            if parameter.dim() > 1:
                parameter.mul_(8)
    model.save_pretrained(folder)
    (folder / "README.md").write_text(f"# {name}\n\nVersion {version}.\n", encoding="utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _blob_name(path: Path) -> str:
    body = path.read_bytes()
    if path.suffix == ".safetensors":  # a large file of the Hub
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
