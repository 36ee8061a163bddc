"""Sides that are not alike are told, or make the comparison invalid, as the suite says."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.sides import Sides, result_of
from tests.pipeline.test_stored import with_stored

Open = Callable[..., Sides]


@pytest.fixture
def world(sides: Open) -> Sides:
    """A world with a finished run `runs/first`."""
    found = sides()
    assert found.run("run", str(found.suite(6)), "-q", "--out", "runs/first") == 0
    return found


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


OTHER_REQUEST = """
    UPDATE exchange SET request_sha256 = (SELECT request_sha256 FROM exchange JOIN plan USING (seq)
        WHERE case_seq = 2 LIMIT 1)
    WHERE seq = (SELECT seq FROM plan WHERE case_seq = 1 AND target = 'baseline')
"""
JUDGED_BY_OLD = """
    UPDATE header SET value = replace(CAST(value AS TEXT), '"task:text-classification":"',
        '"task:text-classification":"old ') WHERE key = 'plugins'
"""


def unequal(world: Sides, name: str) -> dict[str, str]:
    found = result_of(world.folder / "runs" / name)["comparability"]
    return {one["item"]: one["policy"] for one in found if not one["equal"]}


def test_two_sides_of_one_run_are_alike(world: Sides) -> None:
    found = result_of(world.folder / "runs" / "first")["comparability"]
    assert len(found) == 8
    assert unequal(world, "first") == {}


def test_a_stored_side_that_was_asked_otherwise_makes_a_run_invalid(
    world: Sides, capfd: pytest.CaptureFixture[str]
) -> None:
    change(world.folder / "runs" / "first", OTHER_REQUEST)
    assert world.run("run", str(with_stored(world, gates="")), "-q", "--out", "runs/two") == 11
    told = result_of(world.folder / "runs" / "two")["reasons"]
    said = "baseline and candidate are not alike in prompts: other requests were sent for 1 case; "
    assert told[0] == f'{said}in c1 inputs was "text 2", is "text 1"'
    assert said in capfd.readouterr().out
    assert unequal(world, "two") == {"prompts": "block"}
    allowing = with_stored(world, gates="", more="comparability: {prompts: warn}")
    assert world.run("run", str(allowing), "-q", "--out", "runs/three") == 0
    warned = result_of(world.folder / "runs" / "three")["warnings"]
    assert any(warning.startswith(said) for warning in warned)


def test_what_is_known_of_a_stored_side_outlives_its_run(world: Sides) -> None:
    suite = with_stored(world, gates="", settings="concurrency: 2")
    assert world.run("run", str(suite), "-q", "--out", "runs/two") == 0
    assert unequal(world, "two") == {"calls": "warn"}
    (world.folder / "runs" / "first" / "run.sqlite").unlink()
    assert world.run("gate", "runs/two") == 0
    assert world.run("report", "runs/two") == 0
    assert unequal(world, "two") == {"calls": "warn"}
    warned = result_of(world.folder / "runs" / "two")["warnings"]
    assert any("not alike in calls: concurrency was 4, is 2" in warning for warning in warned)


def test_runs_judged_by_different_versions_do_not_compare_until_judged_anew(world: Sides) -> None:
    world.run("run", str(world.suite(6)), "-q", "--out", "runs/second")
    change(world.folder / "runs" / "first", JUDGED_BY_OLD)

    def compared(name: str) -> int:
        return world.run("compare", "runs/first", "runs/second", "--out", f"runs/{name}")

    assert compared("one") == 11
    (told, *_) = result_of(world.folder / "runs" / "one")["reasons"]
    assert "not alike in judge: task:text-classification judged as old " in told
    assert world.run("compare", "runs/first") == 0
    assert compared("two") == 0
    assert unequal(world, "two") == {}


def test_a_policy_there_is_none_of_is_refused(
    world: Sides, capfd: pytest.CaptureFixture[str]
) -> None:
    suite = world.suite(6, more="comparability: {prompts: ignore}")
    assert world.run("check", str(suite)) == 4
    assert "comparability" in capfd.readouterr().err
