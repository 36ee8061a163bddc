"""A revision in the Hub cache is what the Hub gave, or it is refused."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from harness_local.worker.nouns import RefusedError
from harness_local.worker.snapshot import refuse_unchanged_not, verify

COMMIT = "d" * 40
WEIGHTS, CONFIG = b"\x00weights\xff" * 9, b'{"model_type": "bert"}'


def put(home: Path, path: str, body: bytes, name: str) -> Path:
    """Put a file into a cache as the Hub's client does: a blob, and a link to it."""
    blob = home / "blobs" / name
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(body)
    link = home / "snapshots" / COMMIT / path
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(os.path.relpath(blob, link.parent))
    return blob


def git_hash(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    put(tmp_path, "model.safetensors", WEIGHTS, hashlib.sha256(WEIGHTS).hexdigest())
    put(tmp_path, "config.json", CONFIG, git_hash(CONFIG))
    put(tmp_path, "1_Pooling/config.json", b"{}", git_hash(b"{}"))
    return tmp_path


def folder_of(home: Path) -> Path:
    return home / "snapshots" / COMMIT


def test_files_that_are_what_their_names_say_are_verified(home: Path) -> None:
    snapshot = verify(folder_of(home))
    assert (snapshot.files, snapshot.verified) == (3, 3)
    refuse_unchanged_not(snapshot)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "1_Pooling/config.json"])
def test_a_file_of_another_content_is_refused_by_name(name: str, home: Path) -> None:
    blob = (folder_of(home) / name).resolve()
    blob.write_bytes(blob.read_bytes()[:-1] + b"!")
    with pytest.raises(RefusedError, match=f"{Path(name).name} .* is not the file the Hub gave"):
        verify(folder_of(home))


def test_a_file_beside_the_blobs_is_counted_and_not_called_verified(home: Path) -> None:
    (folder_of(home) / "notes.txt").write_text("mine", encoding="utf-8")
    snapshot = verify(folder_of(home))
    assert (snapshot.files, snapshot.verified) == (4, 3)


def test_a_file_that_changes_while_it_is_loaded_is_refused(home: Path) -> None:
    snapshot = verify(folder_of(home))
    blob = (folder_of(home) / "model.safetensors").resolve()
    blob.write_bytes(WEIGHTS + b"more")
    with pytest.raises(RefusedError, match=r"model.safetensors .* changed while it was loaded"):
        refuse_unchanged_not(snapshot)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is empty"):
        verify(tmp_path)


def test_an_adapter_is_refused_as_its_base_model_is_not_pinned(tmp_path: Path) -> None:
    adapter = {"base_model_name_or_path": "acme/base"}
    (tmp_path / "adapter_config.json").write_text(json.dumps(adapter), encoding="utf-8")
    with pytest.raises(RefusedError, match="base model acme/base this revision does not pin"):
        verify(tmp_path)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_from_another_repository_is_refused(file: str, tmp_path: Path) -> None:
    own = {"auto_map": {"AutoModel": "modeling.Model", "AutoTokenizer": ["tok.Slow", None]}}
    (tmp_path / file).write_text(json.dumps(own), encoding="utf-8")
    assert verify(tmp_path).files == 1
    distant = {"auto_map": {"AutoModel": ["acme/code--modeling.Model", None]}}
    (tmp_path / file).write_text(json.dumps(distant), encoding="utf-8")
    with pytest.raises(RefusedError, match=f"{file} .* takes its code from acme/code"):
        verify(tmp_path)
