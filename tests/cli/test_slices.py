"""`revgate slices`: groups that got worse, said with how many were looked at."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.sides import Sides

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def world(sides: Open) -> Sides:
    """60 cases in tags of ten; t2 got worse in eight."""
    found = sides(flips=lambda number: 20 <= number < 28)
    assert found.run("run", str(found.suite(60)), "-q", "--out", "out") == 1
    return found


def test_the_tag_that_got_worse_is_named_with_its_cases(world: Sides, capfd: Capture) -> None:
    capfd.readouterr()
    assert world.run("slices", "out") == 0
    out, err = capfd.readouterr()
    looked_at = int(out.split(" looked at ")[1].split()[0])
    # What holds all that got worse, and more, got worse too: the most affected comes first.
    assert err == f"exit 0: 3 of {looked_at} groups got worse\n"
    assert "in 3 the pass rate got worse (false discovery rate 5.0 %" in out
    row, *more = out.splitlines()[2:5]
    assert row.startswith("  tag t2 ")
    assert all(line.startswith("  either answers ") for line in more)
    assert row.split()[2:8] == ["10", "100.0", "%", "20.0", "%", "−80.0"]
    assert "  tag t2: c20, c21, c22, c23, c24" in out


def test_as_json_every_number_is_there(world: Sides, capfd: Capture) -> None:
    capfd.readouterr()
    assert world.run("slices", "out", "--format", "json", "--pairs") == 0
    found = json.loads(capfd.readouterr().out)
    assert world.run("slices", "out", "--format", "json") == 0
    assert json.loads(capfd.readouterr().out)["looked_at"] <= found["looked_at"]
    one = next(group for group in found["found"] if "tag t2" in group["names"])
    assert (one["n"], one["worse"], one["better"], one["rest"]) == (10, 8, 0, 0.0)
    assert one["low"] < one["estimate"] < one["high"] < 0
    assert one["confidence"] > 0.95
    assert one["p_value"] < one["adjusted_p_value"] <= found["false_discovery_rate"]


def test_too_few_cases_is_said(world: Sides, capfd: Capture) -> None:
    capfd.readouterr()
    assert world.run("slices", "out", "--min", "50") == 0
    out = capfd.readouterr().out
    assert "looked at 0 groups of 50 cases or more" in out
    assert "tags are one way" in out


def test_a_candidate_that_is_not_there_is_exit_4(world: Sides, capfd: Capture) -> None:
    assert world.run("slices", "out", "--target", "baseline") == 4
    assert "no candidate 'baseline'; it has candidate" in capfd.readouterr().err
