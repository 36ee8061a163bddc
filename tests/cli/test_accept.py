"""`revgate accept`: known differences leave the gates, are shown apart, and do not live forever."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sides import AFTER, BEFORE, Sides, labeller, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]
GATES = "{metric: regressions, max: 0}"
WHY = ("--reason", "the label set changed on purpose", "--by", "kim")


@pytest.fixture
def world(sides: Open) -> Sides:
    """A world with a finished run `out`: 6 cases, c1 and c3 regressed."""
    found = sides(flips=lambda number: number in (1, 3))
    assert found.run("run", str(found.suite(6, gates=GATES)), "-q", "--out", "out") == 1
    return found


def waivers(world: Sides) -> Path:
    return world.folder / "suite.waivers.yaml"


def accept(world: Sides, *cases: str, run: str = "out") -> int:
    return world.run("accept", run, *cases, *WHY)


def test_accepting_every_regression_turns_the_verdict_and_shows_them_apart(
    world: Sides, capfd: Capture
) -> None:
    assert accept(world, "c1") == 0
    assert world.run("gate", "out") == 1
    assert accept(world, "c3") == 0
    capfd.readouterr()
    assert world.run("show", "out") == 0
    shown = capfd.readouterr().out
    assert "0 · regressed | 2 ≈ waived" in shown
    assert re.search(r"^  c3 .*the label set changed on purpose +kim ", shown, re.MULTILINE)
    assert "Without waivers: ✗ FAIL regressions max 0: 2 cases passed before" in shown
    assert world.run("report", "out") == 0
    result = result_of(world.folder / "out")
    assert (result["verdict"], result["flips"]) == ("pass", [])
    assert [(one["case"], one["target"], one["by"]) for one in result["waived"]] == [
        ("c1", "candidate", "kim"),
        ("c3", "candidate", "kim"),
    ]
    assert [one["status"] for one in result["waivers"]] == ["used", "used"]
    assert result["without_waivers"]["verdict"] == "fail"
    assert result["environment"]["waivers"]["file"].endswith("suite.waivers.yaml")
    assert "2 waived" in (world.folder / "out" / "summary.md").read_text()
    assert ',"waived",' in (world.folder / "out" / "cases.csv").read_text()
    junit = (world.folder / "out" / "junit.xml").read_text()
    assert junit.count('<skipped message="waived: pass') == 2
    page = (world.folder / "out" / "report.html").read_text()
    assert 'id="waived"' in page


def test_the_next_run_of_the_same_revision_passes_and_needs_no_second_word(world: Sides) -> None:
    accept(world, "c1", "c3")
    assert world.run("check", "suite.yaml") == 0
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 0
    assert len(result_of(world.folder / "again")["waived"]) == 2


def test_another_revision_is_not_waived(world: Sides, capfd: Capture) -> None:
    accept(world, "c1", "c3")
    text = waivers(world).read_text().replace(AFTER, "d" * 40)
    waivers(world).write_text(text)
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 1
    result = result_of(world.folder / "again")
    assert [one["status"] for one in result["waivers"]] == ["mismatched"] * 2
    assert any("it is for revision dddd" in said for said in result["warnings"])
    capfd.readouterr()
    assert world.run("check", "suite.yaml") == 4
    err = capfd.readouterr().err
    assert err.count("error[E141]: no candidate is at this revision") == 2
    assert f"--> suite.waivers.yaml:{line_of(text, 'revision')}:15" in err


def line_of(text: str, key: str) -> int:
    return 1 + next(i for i, line in enumerate(text.split("\n")) if line.strip().startswith(key))


def test_a_case_that_changed_is_not_waived(world: Sides, capfd: Capture) -> None:
    accept(world, "c1", "c3")
    path = world.folder / "suite.yaml"
    path.write_text(path.read_text().replace('inputs: "text 3"', 'inputs: "text 3 now"'))
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 1
    uses = result_of(world.folder / "again")["waivers"]
    assert [one["status"] for one in uses] == ["used", "mismatched"]
    assert "case c3 is not what it was when it was accepted" in uses[1]["note"]
    capfd.readouterr()
    assert world.run("check", "suite.yaml") == 4
    assert "error[E141]: case 'c3' is not what it was" in capfd.readouterr().err


def test_a_waiver_ends_with_its_day(world: Sides, capfd: Capture) -> None:
    accept(world, "c1", "c3")
    text = waivers(world).read_text()
    (day,) = {line.split('"')[1] for line in text.split("\n") if "expires:" in line}
    waivers(world).write_text(text.replace(day, "2020-01-01", 1))
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 1
    uses = result_of(world.folder / "again")["waivers"]
    assert [one["status"] for one in uses] == ["expired", "used"]
    capfd.readouterr()
    assert world.run("check", "suite.yaml", "--format", "json") == 4
    (problem,) = json.loads(capfd.readouterr().out)
    assert (problem["code"], problem["message"]) == ("E140", "the waiver has expired")
    assert problem["file"] == "suite.waivers.yaml"


def test_a_waiver_that_nothing_needs_is_told_and_fails_the_check(
    sides: Open, capfd: Capture
) -> None:
    flips = {3}
    both = (labeller(BEFORE), labeller(AFTER, lambda number: number in flips))
    world = sides(served=both)
    assert world.run("run", str(world.suite(6, gates=GATES)), "-q", "--out", "runs/one") == 1
    assert accept(world, "c3", run="runs/one") == 0
    assert world.run("check", "suite.yaml") == 0
    flips.clear()
    assert world.run("run", "suite.yaml", "-q", "--out", "runs/two") == 0
    result = result_of(world.folder / "runs" / "two")
    assert [one["status"] for one in result["waivers"]] == ["unused"]
    assert result["without_waivers"] is None
    capfd.readouterr()
    assert world.run("check", "suite.yaml") == 4
    assert "error[E142]: case 'c3' did not regress in runs/two" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("c33",), "c33: no such case; did you mean 'c3'?"),
        (("c0", "c3"), "c0: did not pass before and fail now"),
        (("c3", "--expires", "2020-01-01"), "that day is past"),
        (("c3", "--expires", "soon"), "not a day"),
        (("c3", "--expires", "21000101"), "write it as 2100-01-01"),
        (("c3", "--target", "nobody"), "no candidate 'nobody'; it has candidate"),
        (("c3", "--reason", " "), "--reason is empty"),
        (("c3", "--reason", "key hf_" + "a1" * 12), "looks as if it held a credential"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    world: Sides, capfd: Capture, words: tuple[str, ...], said: str
) -> None:
    capfd.readouterr()
    assert world.run("accept", "out", *WHY, *words) == 4
    assert said in capfd.readouterr().err
    assert not waivers(world).exists()


def test_nobody_in_particular_cannot_accept(
    world: Sides, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert world.run("accept", "out", "c3", "--reason", "so") == 4
    assert "say who accepts it with --by" in capfd.readouterr().err


def test_a_broken_waiver_file_stops_a_run_before_it_calls(world: Sides, capfd: Capture) -> None:
    waivers(world).write_text("suite: sides\nwaivers: [{case: c1}]\n")
    sent = len(world.calls())
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 4
    assert "error[E123]: a waiver has no 'digest'" in capfd.readouterr().err
    assert len(world.calls()) == sent
    assert not (world.folder / "again").exists()


def test_waivers_of_another_suite_do_not_count(world: Sides, capfd: Capture) -> None:
    accept(world, "c1", "c3")
    waivers(world).write_text(waivers(world).read_text().replace('"sides"', '"others"'))
    assert world.run("run", "suite.yaml", "-q", "--out", "again") == 1
    assert "is of suite others: none of its waivers counts" in capfd.readouterr().err
    assert world.run("check", "suite.yaml") == 4
    assert "error[E141]: these waivers are for suite 'others'" in capfd.readouterr().err


def test_a_run_keeps_what_it_is_decided_with_until_it_is_compared_again(
    world: Sides, capfd: Capture
) -> None:
    accept(world, "c1", "c3")
    waivers(world).unlink()
    capfd.readouterr()
    assert world.run("gate", "out") == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("PASS  ")
    assert any(line.startswith("without waivers: FAIL  ") for line in lines)
    assert world.run("report", "out") == 0
    assert world.run("compare", "out") == 1
    result: dict[str, Any] = result_of(world.folder / "out")
    assert (result["waived"], result["waivers"]) == ([], [])


def test_waived_cases_leave_inferred_gates_as_if_unchanged(sides: Open) -> None:
    world = sides(flips=lambda number: number < 20)
    gates = "{metric: pass_rate, max_drop: 0.02}, {metric: agreement, min: 0.95}"
    path = world.suite(200, gates=gates)
    assert world.run("run", str(path), "-q", "--out", "out") == 1
    assert accept(world, *(f"c{number}" for number in range(20))) == 0
    assert world.run("report", "out") == 0
    found = result_of(world.folder / "out")
    assert [gate["candidate"] for gate in found["gates"]] == [1.0, 1.0]
    assert found["without_waivers"]["exit_code"] == 1
    assert [part["regressed"] for part in found["slices"][:2]] == [10, 10]  # as observed
