"""A file gets its name whole, and the folder is told to keep it."""

import errno
import os
import stat
from pathlib import Path

import pytest

from harness.durable import give_name


def test_the_folder_is_synced_once_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, bool]] = []
    really = os.fsync

    def fsync(number: int) -> None:
        found = os.fstat(number)
        synced.append((found.st_ino, stat.S_ISDIR(found.st_mode)))
        assert (tmp_path / "report").exists()
        really(number)

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "report.part").write_bytes(b"whole")
    give_name(tmp_path / "report.part", tmp_path / "report")
    assert synced == [(tmp_path.stat().st_ino, True)]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert (tmp_path / "report").read_bytes() == b"whole"


def test_a_folder_that_cannot_be_synced_keeps_the_file_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_number: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuse)
    (tmp_path / "part").write_bytes(b"whole")
    give_name(tmp_path / "part", tmp_path / "final")
    assert (tmp_path / "final").read_bytes() == b"whole"


def test_a_name_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "final").mkdir()
    (tmp_path / "part").write_bytes(b"whole")
    with pytest.raises(OSError, match="final"):
        give_name(tmp_path / "part", tmp_path / "final")
