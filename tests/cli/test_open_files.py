"""A run that would need more open files than it may have is refused before it exists."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.sides import Sides

Open = Callable[..., Sides]
ALLOWED = 128
TOO_MANY = "concurrency: 200"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow this process no more either, as far as it is asked."""
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (ALLOWED, 4096))


def limited(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process that may have so many files open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return subprocess.run(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (ALLOWED, hard)),
    )


@pytest.mark.parametrize("transport", ["auto", "requests"])
def test_nothing_of_it_is_left_and_the_same_command_works_once_more_are_allowed(
    sides: Open, transport: str
) -> None:
    world = sides()
    suite = str(world.suite(3, settings=f"{TOO_MANY}, transport: {transport}"))
    refused = limited(world.folder, "run", suite, "--out", "out")
    needed = {"auto": 464, "requests": 864}[transport]
    assert refused.returncode == 4
    assert f"400 calls in flight need {needed} open files, this process may have 128" in (
        refused.stderr
    )
    assert f"ulimit -n {needed}" in refused.stderr
    assert world.calls() == []
    assert not (world.folder / "out").exists()
    assert not (world.folder / "runs").exists()
    again = limited(world.folder, "run", suite, "--out", "out", "--set", "run.concurrency=2")
    assert again.returncode == 0, again.stderr


@pytest.mark.usefixtures("few")
def test_a_dry_run_says_so_too(sides: Open, capfd: pytest.CaptureFixture[str]) -> None:
    world = sides()
    assert world.run("run", str(world.suite(3, settings=TOO_MANY)), "--dry-run") == 4
    assert "ulimit -n 464" in capfd.readouterr().err


@pytest.mark.usefixtures("few")
def test_one_of_several_suites_that_needs_too_many_keeps_all_from_starting(sides: Open) -> None:
    world = sides()
    suites = (
        world.suite(3, name="1.yaml", title="one"),
        world.suite(3, name="2.yaml", title="two", settings=TOO_MANY),
    )
    assert world.run("run", *map(str, suites)) == 4
    assert world.calls() == []
    assert not (world.folder / "runs").exists()


def test_a_run_that_is_gone_on_with_keeps_what_it_has(
    sides: Open, request: pytest.FixtureRequest
) -> None:
    world = sides()
    suite = str(world.suite(3, settings=TOO_MANY))
    assert world.run("run", suite, "-q", "--out", "out") == 0
    request.getfixturevalue("few")
    before = (world.folder / "out" / "run.sqlite").read_bytes()
    assert world.run("run", "--resume", "out") == 4
    assert (world.folder / "out" / "run.sqlite").read_bytes() == before


def test_a_replay_needs_no_connections(sides: Open, request: pytest.FixtureRequest) -> None:
    world = sides()
    suite = str(world.suite(3, settings=TOO_MANY))
    assert world.run("run", suite, "-q", "--out", "live", "--record", "tape.jsonl") == 0
    request.getfixturevalue("few")
    assert world.run("run", suite, "--replay", "tape.jsonl", "--out", "again") == 0
