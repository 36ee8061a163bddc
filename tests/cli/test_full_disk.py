"""Where nothing more can be written a run ends in words, before anything is sent."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.folder import discard_folder, make_folder
from harness.errors import StoreError, UsageError
from harness.store import RunReader, RunWriter
from tests.e2e.sides import Sides
from tests.store import nouns

Open = Callable[..., Sides]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits and locks are for POSIX")


def no_space(*_words: object, **_options: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["pwrite", "ftruncate"])
def test_a_run_whose_lock_cannot_be_written_is_told_to_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, call, no_space)
        with pytest.raises(StoreError, match="No space left on device: make room"):
            RunWriter(tmp_path, create=True)
    RunWriter(tmp_path, create=True).close()  # nobody holds it


def test_a_full_disk_shows_before_a_run_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", no_space)
    there = tmp_path / "there"
    there.mkdir()
    for folder in (tmp_path / "new", there):
        with pytest.raises(UsageError, match="No space left on device; make room, or choose"):
            make_folder(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_what_cannot_be_removed_hides_no_other_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.lock").write_bytes(b"")
    monkeypatch.setattr(Path, "unlink", no_space)
    discard_folder(tmp_path, is_new=False)


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
from harness.cli import main
sys.argv[0] = "revgate"
main()
"""


def limited(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command where no file can grow."""
    return subprocess.run(
        [sys.executable, "-B", "-c", _LIMITED, *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_any_room_nothing_is_sent_and_nothing_left(sides: Open) -> None:
    world = sides()
    done = limited("run", str(world.suite(2)), "-q", "--out", "out")
    assert (done.returncode, done.stdout) == (4, "")
    assert "make room, or choose another with --out" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (world.folder / "out").exists()
    assert world.calls() == []


def test_without_any_room_a_stopped_run_is_left_as_it_is(sides: Open) -> None:
    world = sides()
    assert world.run("run", str(world.suite(2)), "-q", "--out", "out") == 0
    before = (world.folder / "out" / "run.sqlite").read_bytes()
    done = limited("run", "--resume", "out", "-q")
    assert done.returncode == StoreError.exit_code
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert (world.folder / "out" / "run.sqlite").read_bytes() == before
    with RunReader(world.folder / "out") as reader:
        assert reader.count("record") == 4


def test_a_lock_that_was_refused_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RunWriter(tmp_path, create=True).close()
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_space)
        with pytest.raises(StoreError, match="make room"):
            RunWriter(tmp_path, create=False)
    with_one = RunWriter(tmp_path, create=False)
    nouns.fill(with_one)
    with_one.close()
