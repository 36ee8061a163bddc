"""`revgate trend`: what a suite's runs came to over time, from the run folders alone."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from harness import stats
from harness.data.noun import replace
from harness.history import FinishedRun, TrendPoint, finished_runs, trend_of, trend_svg
from tests.e2e.sides import AFTER, BEFORE, Sides, labeller

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def world(sides: Open) -> Sides:
    """Three runs of suite `sides`, 0, 3 and 1 of 10 cases worse, and one of another suite."""
    lost: list[int] = []
    found = sides(served=(labeller(BEFORE), labeller(AFTER, lambda number: number in lost)))
    path = found.suite(10)
    for name, worse in (("c", []), ("b", [1, 2, 3]), ("a", [4])):
        lost[:] = worse
        found.run("run", str(path), "-q", "--out", f"runs/{name}")
    found.run("run", str(found.suite(3, name="o.yaml", title="other")), "-q", "--out", "runs/o")
    return found


def test_a_trend_is_in_the_order_of_time_with_intervals(world: Sides, capfd: Capture) -> None:
    capfd.readouterr()
    assert world.run("trend", "sides", "--format", "json") == 0
    out, err = capfd.readouterr()
    assert err == "exit 0: 3 runs of suite sides\n"
    found = json.loads(out)
    points = found["points"]
    assert found["suite"] == "sides"
    assert [one["run"] for one in points[::2]] == ["runs/c", "runs/b", "runs/a"]
    assert [one["verdict"] for one in points[::2]] == ["pass", "fail", "fail"]
    candidates = [one for one in points if one["role"] == "candidate"]
    for one, passed in zip(candidates, (10, 7, 9), strict=True):
        expected = stats.proportion(passed, 10)
        rate = one["pass_rate"]
        assert (rate["value"], rate["low"], rate["high"]) == (
            passed / 10,
            expected.low,
            expected.high,
        )
        assert one["revision"] == AFTER
        assert one["p50_s"] > 0
        assert (one["p95_s"], one["cost_usd"], one["flaky"]) == (
            None,
            None,
            [],
        )  # too few; no price


def test_a_suite_is_named_by_its_file_too_and_the_newest_are_kept(
    world: Sides, capfd: Capture
) -> None:
    capfd.readouterr()
    assert world.run("trend", "suite.yaml", "--last", "1", "--target", "candidate") == 0
    title, head, row = capfd.readouterr().out.splitlines()
    assert title == "sides: 1 finished run"
    assert head.split()[:4] == ["started", "verdict", "target", "revision"]
    assert row.split()[2:7] == ["fail", "candidate", "bbbbbbbbbbbb", "90.0", "%"]


def test_no_run_is_exit_5(world: Sides, capfd: Capture) -> None:
    assert world.run("trend", "nobody") == 5
    assert "no finished run of suite nobody below runs" in capfd.readouterr().err


def test_flaky_cases_are_counted_and_named(sides: Open, capfd: Capture) -> None:
    calls: dict[int, int] = {}

    def every_second(number: int) -> bool:
        calls[number] = calls.get(number, 0) + 1
        return number == 2 and calls[number] % 2 == 0

    world = sides(flips=every_second)
    world.run("run", str(world.suite(4, settings="repeats: 4, concurrency: 1")), "-q")
    capfd.readouterr()
    assert world.run("trend", "sides") == 0
    out = capfd.readouterr().out
    assert out.endswith("flaky, and in how many of 2 rows: c2 (1×)\n")
    assert [line.split()[-1] for line in out.splitlines()[2:4]] == ["0", "1"]


def test_the_drawing_is_sound_says_the_same_and_needs_no_style(world: Sides) -> None:
    assert world.run("trend", "sides", "--svg", "trend.svg") == 0
    first = (world.folder / "trend.svg").read_bytes()
    assert world.run("trend", "sides", "--svg", "trend.svg") == 0
    assert (world.folder / "trend.svg").read_bytes() == first
    root = ET.fromstring(first)
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "Runs of sides"
    assert "verdicts: pass, fail, fail." in str(root.findtext(f"{SVG}desc"))
    words = [node.text for node in root.iter(f"{SVG}text")]
    assert [word for word in words if word in ("✓", "✗")] == ["✓", "✗", "✗"]
    assert "cost" not in words  # nobody knows it: no empty panel
    assert len(list(root.iter(f"{SVG}circle"))) == 2 * 3 * 2  # passing and p50
    assert b"style=" not in first
    assert b"<script" not in first


def test_the_drawing_of_one_run_or_of_equal_runs_has_finite_places(world: Sides) -> None:
    points = list(trend_of(finished_runs(world.folder / "runs", "sides")))
    flat = [replace(point, p50_s=0.0, cost_usd=0.0) for point in points]
    for some in (points[:1], points[:2], flat):
        text = trend_svg("a <b> & c\x1b", some)
        assert "nan" not in text
        assert "inf" not in text
        assert ET.fromstring(text).findtext(f"{SVG}title") == "Runs of a <b> & c\\x1b"
    with pytest.raises(ValueError, match="nothing to draw"):
        trend_svg("sides", [])


def test_a_result_that_is_not_ours_is_read_as_unknown(world: Sides) -> None:
    runs = finished_runs(world.folder / "runs", "sides")
    odd: FinishedRun = replace(runs[0], result={"targets": [], "latency": {"candidate": True}})
    found: list[TrendPoint] = list(trend_of([odd]))
    assert [(one.revision, one.p50_s, one.cost_usd) for one in found] == [(None, None, None)] * 2
    (world.folder / "runs" / "a" / "result.json").write_text('{"verdict": 3, "suite": "sides"}')
    (world.folder / "runs" / "b" / "result.json").write_text("[")
    assert len(finished_runs(world.folder / "runs", "sides")) == 1
