"""`revgate run --calibrate`: the baseline against itself, and what later runs say of it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.e2e.sides import BEFORE, Sides, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


def test_the_baseline_is_asked_twice_and_later_runs_say_how_noisy_it_is(
    sides: Open, capfd: Capture
) -> None:
    world = sides()
    suite = world.suite(250)
    assert world.run("run", str(suite), "-q", "--calibrate", "--out", "runs/noise") == 0
    asked = [call for call in world.calls() if call["method"] == "POST"]
    assert len(asked) == 500
    assert all(BEFORE in json.dumps(call) for call in asked)
    said = capfd.readouterr()
    assert "noise floor: the baseline compared with itself over 250 cases fails in 0.0 % of" in (
        said.out
    )
    assert "exit 0: the noise floor is known" in said.err
    kept = json.loads((world.folder / "suite.noise.json").read_text(encoding="utf-8"))
    assert (kept["alarms"], kept["cases"], kept["low"]) == (0, 250, 0.0)
    assert 0.02 < kept["visible_drop"] < 0.2
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    result = result_of(world.folder / "runs" / "one")
    assert result["reasons"][-1].startswith("noise floor: ")
    assert result["noise"]["visible_drop"] == kept["visible_drop"]
    assert result_of(world.folder / "runs" / "noise")["suite"] == "sides-calibration"


def test_the_noise_of_another_version_of_the_suite_is_told_and_left_out(
    sides: Open, capfd: Capture
) -> None:
    world = sides()
    assert world.run("run", str(world.suite(12)), "-q", "--calibrate", "--out", "runs/noise") == 0
    assert world.run("run", str(world.suite(13)), "-q", "--out", "runs/one") == 0
    assert "suite.noise.json: is of another version of the suite" in capfd.readouterr().err
    assert result_of(world.folder / "runs" / "one")["noise"] is None
    (world.folder / "suite.noise.json").write_text('{"alarms": 1}', encoding="utf-8")
    assert world.run("run", str(world.suite(13)), "-q", "--out", "runs/two") == 0
    assert "suite.noise.json: is not a noise floor" in capfd.readouterr().err


def test_a_calibration_that_was_stopped_goes_on_as_one(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = world.suite(12)
    assert world.run("run", str(suite), "-q", "--calibrate", "--out", "runs/noise") == 0
    (world.folder / "suite.noise.json").unlink()
    with closing(sqlite3.connect(world.folder / "runs" / "noise" / "run.sqlite")) as connection:
        connection.execute("DELETE FROM record WHERE seq > 9")
        connection.execute("DELETE FROM exchange WHERE seq > 9")
        connection.commit()
    assert world.run("run", "--resume", "runs/noise", "-q") == 0
    assert (world.folder / "suite.noise.json").exists()


def test_a_stored_baseline_cannot_be_calibrated(sides: Open, capfd: Capture) -> None:
    from tests.pipeline.test_stored import with_stored

    world = sides()
    assert world.run("run", str(world.suite(6)), "-q", "--out", "runs/first") == 0
    assert world.run("run", str(with_stored(world, gates="")), "--calibrate") == 4
    assert "the baseline is stored, and cannot be asked again" in capfd.readouterr().err
