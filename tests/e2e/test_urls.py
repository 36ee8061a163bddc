"""A target with two addresses outlives one of them, and says so."""

import re
from pathlib import Path

import pytest

from harness_demo.server import DemoServer, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, Sides, labeller, open_sides, result_of

pytestmark = pytest.mark.e2e

CASES = 150
GATES = "{metric: regressions, max: 0}, {metric: latency_p50, max_ratio: 3.0, min_effect_ms: 50}"


def two_urls(sides: Sides, second: DemoServer, more: str = "") -> Path:
    """Write a suite whose candidate has two addresses."""
    path = sides.suite(CASES, gates=GATES)
    text = path.read_text(encoding="utf-8")
    first = f"{sides.server.url}/endpoints/{AFTER}"
    other = f"{second.url}/endpoints/{AFTER}"
    text, count = re.subn(
        r"candidate: \{url: \"[^\"]*\"", f'candidate: {{urls: ["{first}", "{other}"]{more}', text
    )
    assert count == 1
    path.write_text(text, encoding="utf-8")
    return path


def dying(after: int) -> object:
    """Hang up on every request to the candidate from the given one on."""
    seen = 0

    def fault(info: RequestInfo) -> None:
        nonlocal seen
        if AFTER in info.path:
            seen += 1
            if seen > after:
                raise ConnectionAbortedError

    return fault


def test_no_case_is_lost_and_moved_calls_are_counted_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    with (
        open_sides(tmp_path / "world", faults=dying(50)) as sides,
        DemoServer([labeller(AFTER)]) as second,
    ):
        out = tmp_path / "run"
        assert sides.run("run", str(two_urls(sides, second)), "--out", str(out), "-q") == 0
        result = result_of(out)
        assert result["counts"]["answered"] == 2 * CASES
        assert result["counts"]["faults"] == 0
        candidate = result["targets"]["candidate"]
        assert candidate["moved"] == CASES - 50
        assert sum(candidate["urls"].values()) == CASES
        assert candidate["urls"] == {
            f"{sides.server.url}/endpoints/{AFTER}": 50,
            f"{second.url}/endpoints/{AFTER}": CASES - 50,
        }
        assert result["latency"]["candidate"]["n"] == 50
        (gate,) = [gate for gate in result["gates"] if gate["metric"] == "latency_p50"]
        assert (
            f"{CASES - 50} answers from another url than the one meant are left out"
            in gate["reason"]
        )
        report = (out / "report.html").read_text(encoding="utf-8")
        assert "moved" in report


def test_round_robin_asks_both_and_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    with open_sides(tmp_path / "world") as sides, DemoServer([labeller(AFTER)]) as second:
        out = tmp_path / "run"
        suite = two_urls(sides, second, ", balance: round_robin")
        assert sides.run("run", str(suite), "--out", str(out), "-q") == 0
        candidate = result_of(out)["targets"]["candidate"]
        assert candidate["moved"] == 0
        assert set(candidate["urls"].values()) == {CASES // 2}


def test_a_second_address_that_serves_another_commit_makes_the_comparison_invalid(
    tmp_path: Path,
) -> None:
    (tmp_path / "world").mkdir()
    impostor = labeller("c" * 40)
    with open_sides(tmp_path / "world") as sides, DemoServer([impostor]) as second:
        out = tmp_path / "run"
        suite = two_urls(sides, second, ", balance: round_robin")
        text = suite.read_text(encoding="utf-8")
        suite.write_text(
            text.replace(f"{second.url}/endpoints/{AFTER}", f"{second.url}/endpoints/{'c' * 40}")
        )
        assert sides.run("run", str(suite), "--out", str(out), "-q") == 11
        assert result_of(out)["targets"]["candidate"]["proof"] == "mismatch"
        assert BEFORE in result_of(out)["targets"]["baseline"]["served"]
