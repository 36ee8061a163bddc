"""A disk that is full, or may not be written to: said in words, and nothing that was saved is lost.

Real file systems of a megabyte or so, which only root may mount; `tests/e2e/test_survival.py` has
the same with a limit on the size of files, for everybody.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.sides import Sides, result_of
from tests.e2e.survival.lives import Life, Nursery, comparable, nursery

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux 5.3"),
]
Open = Callable[..., Sides]
CASES = 150


def mounted(*words: str | Path) -> bool:
    """Call mount; give whether it was allowed."""
    done = subprocess.run(["mount", *words], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def small(quiet_world: Path) -> Iterator[Path]:
    """A file system of its own, in the folder a user stands in."""
    place = quiet_world / "small"
    place.mkdir()
    if os.geteuid() != 0 or not mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", place):
        pytest.skip("only root may mount a small file system")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture(params=["here", "copied"])
def nurse(quiet_world: Path, request: pytest.FixtureRequest) -> Iterator[Nursery]:
    with nursery(quiet_world) as opened:
        opened.judges = request.param
        yield opened


def test_a_disk_that_fills_up_anywhere_is_said_and_loses_nothing(
    sides: Open, small: Path, nurse: Nursery, tmp_path: Path
) -> None:
    world = sides()
    suite = str(world.suite(CASES))
    ended = nurse.live("run", suite, "-q", "--out", "whole", notes=tmp_path / "whole.notes")
    assert ended.code == 0, ended.stderr
    whole = result_of(world.folder / "whole")
    used_kb = sum(path.stat().st_size for path in (world.folder / "whole").iterdir()) // 1024
    met: set[str] = set()
    for size_kb in range(64, 3 * used_kb, used_kb // 4):
        assert mounted("-o", f"remount,size={size_kb}k", small)
        life = Life(
            world=world,
            suite=suite,
            name=f"small/{size_kb}",
            notes=tmp_path / f"{size_kb}.notes",
        )
        ended = nurse.live(*life.words(), notes=life.notes)
        met.add(words_of(ended.stderr))
        assert "Traceback" not in ended.stderr, ended.stderr
        if ended.code != 0:
            assert not list(life.run.glob("*.part"))
            life.died()
        assert mounted("-o", "remount,size=64m", small)
        if ended.code != 0:
            ended = nurse.live(*life.words(), notes=life.notes)
            assert ended.code == 0, ended.stderr
        life.ended(whole)
        for path in life.run.iterdir():
            path.unlink()
        life.run.rmdir()
    # It was full before the first call, between calls, at a report, and at last large enough.
    assert met == {"nothing was sent", "go on with", "writes the reports again", ""}


def words_of(stderr: str) -> str:
    """Give which advice there is; the line before last says it."""
    known = ("nothing was sent", "go on with", "writes the reports again")
    return next((words for words in known if words in stderr), "")


def test_a_folder_that_may_not_be_written_is_said_before_the_first_call(
    sides: Open, small: Path, nurse: Nursery, tmp_path: Path
) -> None:
    world = sides()
    suite = str(world.suite(4))
    assert mounted("-o", "remount,ro", small)
    ended = nurse.live("run", suite, "-q", "--out", "small/run", notes=tmp_path / "notes")
    assert ended.code == 4
    assert "the output folder cannot be written" in ended.stderr
    assert "choose another with --out" in ended.stderr
    assert world.calls() == []


def test_a_run_that_may_only_be_read_is_shown_compared_and_left_alone(
    sides: Open, small: Path, nurse: Nursery, tmp_path: Path
) -> None:
    world, notes = sides(), tmp_path / "notes"
    suite = str(world.suite(4))
    assert nurse.live("run", suite, "-q", "--out", "small/run", notes=notes).code == 0
    kept = {path: path.read_bytes() for path in (small / "run").iterdir()}
    assert mounted("-o", "remount,ro", small)
    assert nurse.live("show", "small/run", notes=notes).code == 0
    assert nurse.live("gate", "small/run", notes=notes).code == 0
    for words in (("run", "--resume", "small/run"), ("report", "small/run")):
        ended = nurse.live(*words, notes=notes)
        assert ended.code == 4, ended.stderr
        assert "cannot be written" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert {path: path.read_bytes() for path in (small / "run").iterdir()} == kept
    assert comparable(result_of(small / "run"))["verdict"] == "pass"
    assert len(world.calls()) == 8
