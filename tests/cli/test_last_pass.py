"""`run: last-pass`: the candidate of the newest run that passed is the next one's baseline."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.sides import AFTER, BEFORE, OTHER, Sides, labeller, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


def nightly(world: Sides, *, run: str = "last-pass", pin: str = OTHER, name: str = "sides") -> Path:
    """Write the suite of a night: stored against live."""
    path = world.suite(
        6, title=name, after_url=f"{world.server.url}/endpoints/{pin}", after_pin=pin
    )
    lines = path.read_text().split("\n")
    place = next(i for i, line in enumerate(lines) if line.startswith("  baseline:"))
    lines[place] = f'  baseline: {{run: "{run}"}}'
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def world(sides: Open) -> Sides:
    """Three revisions; the third gets c5 wrong."""
    return sides(
        served=(labeller(BEFORE), labeller(AFTER), labeller(OTHER, lambda number: number == 5))
    )


def first_pass(world: Sides, name: str = "runs/one", *more: str) -> None:
    assert world.run("run", str(world.suite(6)), "-q", "--out", name, *more) == 0


def test_the_candidate_of_the_last_passing_run_is_the_baseline(
    world: Sides, capfd: Capture
) -> None:
    first_pass(world)
    path = nightly(world)
    assert world.run("run", str(path), "-q", "--out", "runs/two") == 1
    result = result_of(world.folder / "runs" / "two")
    assert result["targets"]["baseline"]["revision"] == AFTER
    assert result["targets"]["candidate"]["revision"] == OTHER
    assert [flip["case"] for flip in result["flips"]] == ["c5"]
    (said,) = [one for one in result["warnings"] if "stored" in one]
    assert "it answered as candidate of the last run that passed, in run " in said
    # That one failed, so the night after is held against the first one still.
    capfd.readouterr()
    assert world.run("check", str(path)) == 0
    assert said in capfd.readouterr().err.replace("warning: suite.yaml: ", "")


def test_the_newest_pass_moves_the_baseline_on(world: Sides) -> None:
    first_pass(world)
    path = nightly(world, pin=BEFORE)
    assert world.run("run", str(path), "-q", "--out", "runs/two") == 0
    path = nightly(world)
    assert world.run("run", str(path), "-q", "--out", "runs/three") == 1
    assert result_of(world.folder / "runs/three")["targets"]["baseline"]["revision"] == BEFORE


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ((), "no finished run of suite 'sides' lies in runs/"),
        (("--limit", "2"), "1 run of suite 'sides' passed, but was of some of its cases only"),
    ],
)
def test_without_a_passing_run_the_place_is_told(
    world: Sides, capfd: Capture, before: tuple[str, ...], said: str
) -> None:
    if before:
        first_pass(world, "runs/one", *before)
    path = nightly(world)
    capfd.readouterr()
    assert world.run("check", str(path)) == 4
    err = capfd.readouterr().err
    assert f"error[E133]: {said}" in err
    assert f"--> {path}:5:19" in err
    assert "name a run to begin with" in err


def test_a_run_that_failed_or_is_of_another_suite_is_not_taken(
    world: Sides, capfd: Capture
) -> None:
    first_pass(world)
    assert world.run("check", str(nightly(world, name="others"))) == 4
    assert "no finished run of suite 'others'" in capfd.readouterr().err
    result = world.folder / "runs" / "one" / "result.json"
    result.write_text(result.read_text().replace('"verdict": "pass"', '"verdict": "fail"', 1))
    assert world.run("check", str(nightly(world))) == 4
    assert "none of 1 finished run of suite 'sides' passed; the newest" in capfd.readouterr().err


def test_another_target_of_it_is_named_after_the_hash(world: Sides, capfd: Capture) -> None:
    first_pass(world)
    path = nightly(world, run="last-pass#baseline")
    world.run("run", str(path), "-q", "--out", "runs/two")
    assert result_of(world.folder / "runs/two")["targets"]["baseline"]["revision"] == BEFORE
    assert world.run("check", str(nightly(world, run="last-pass#third"))) == 4
    assert "the run has no target 'third'" in capfd.readouterr().err


def test_the_night_goes_on_where_it_stopped_with_the_run_it_began_with(world: Sides) -> None:
    first_pass(world)
    path = nightly(world, pin=BEFORE)
    assert world.run("run", str(path), "-q", "--out", "elsewhere") == 0
    assert world.run("run", "--resume", "elsewhere", "-q") == 0
    first_pass(world, "runs/later")
    path = nightly(world, pin=BEFORE)
    assert world.run("run", str(path), "--resume", "elsewhere", "-q") == 4  # two experiments
