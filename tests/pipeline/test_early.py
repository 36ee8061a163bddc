"""A run that may stop early asks no more than its question needs, and says what that saved."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from harness.store import RunReader
from tests.e2e.sides import Sides, result_of

Open = Callable[..., Sides]
EARLY = "concurrency: 4, stop: early"
DROP = "{metric: pass_rate, max_drop: 0.02}"


def a_fifth(number: int) -> bool:
    """Say which answers are wrong: 20 of every 100."""
    return number * 37 % 100 < 20


def ended(world: Sides, name: str = "runs/one") -> dict[str, Any]:
    return result_of(world.folder / name)


def asked(world: Sides) -> dict[str, int]:
    """Give how many calls each side was sent."""
    calls = [call for call in world.calls() if call["method"] == "POST"]
    before = sum("a" * 40 in str(call) for call in calls)
    return {"baseline": before, "candidate": len(calls) - before}


def test_a_candidate_20_points_worse_fails_before_150_of_5000_cases_were_asked(
    sides: Open,
) -> None:
    world = sides(flips=a_fifth)
    suite = world.suite(5_000, settings=EARLY, gates=DROP)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    sent = asked(world)
    assert max(sent.values()) < 150
    result = ended(world)
    assert result["verdict"] == "fail"
    saved = 10_000 - sum(sent.values())
    assert (result["saved_calls"], result["counts"]["skipped"]) == (saved, saved)
    assert result["counts"]["cancelled"] == 0
    (gate,) = result["gates"]
    assert gate["method"] == "betting sequence"
    assert gate["high"] < -0.02
    assert "with 95 % confidence at any stop between" in gate["reason"]
    assert result["reasons"][-1].startswith(
        f"stopped early: {saved:,} of 10,000 planned calls were saved, as pass_rate max_drop 0.02 "
        "had failed"
    )


def test_the_same_model_passes_with_the_default_gates_before_all_was_asked(sides: Open) -> None:
    world = sides()
    suite = world.suite(1_000, settings=EARLY)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    result = ended(world)
    assert [g["metric"] for g in result["gates"]] == ["pass_rate", "error_rate", "latency_p95"]
    assert 0 < result["saved_calls"] < 2_000 - 2 * 189
    assert "all that was waited for had passed" in result["reasons"][-1]


def test_the_cases_are_asked_in_another_order_the_same_for_the_same_seed(sides: Open) -> None:
    world = sides()

    def order(seed: int, name: str) -> list[str]:
        suite = world.suite(40, settings=f"{EARLY}, seed: {seed}", gates=DROP)
        world.run("run", str(suite), "-q", "--out", f"runs/{name}")
        query = "SELECT id FROM plan JOIN cases ON cases.seq = case_seq ORDER BY plan.seq"
        with closing(sqlite3.connect(world.folder / "runs" / name / "run.sqlite")) as connection:
            return [name for (name,) in connection.execute(query)][::2]

    first, again, other = order(1, "first"), order(1, "again"), order(2, "other")
    assert first == again != other
    assert sorted(first) == sorted(other)
    assert first != sorted(first, key=lambda name: int(name[1:]))


def test_a_number_that_counts_every_case_keeps_a_run_going(sides: Open) -> None:
    world = sides()
    gates = f"{DROP}, {{metric: regressions, max: 0}}"
    suite = world.suite(300, settings=EARLY, gates=gates)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    assert ended(world)["saved_calls"] == 0


def test_a_number_that_was_exceeded_stops_it(sides: Open) -> None:
    world = sides(flips=a_fifth)
    suite = world.suite(300, settings=EARLY, gates="{metric: regressions, max: 0}")
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    result = ended(world)
    assert result["saved_calls"] > 400
    assert result["reasons"][-1].startswith("stopped early: ")


def test_a_run_without_it_asks_everything(sides: Open) -> None:
    world = sides(flips=a_fifth)
    suite = world.suite(300, settings="concurrency: 4", gates=DROP)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    assert asked(world) == {"baseline": 300, "candidate": 300}


def test_a_run_gone_on_with_knows_what_was_answered_before(sides: Open) -> None:
    world = sides(flips=a_fifth)
    suite = world.suite(2_000, settings=EARLY, gates=DROP)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    sent = sum(asked(world).values())
    path = world.folder / "runs" / "one" / "run.sqlite"
    with closing(sqlite3.connect(path)) as connection:  # as if it was stopped before its end
        connection.execute("DELETE FROM unsent WHERE seq > 3000")
        connection.commit()
    assert world.run("run", "--resume", "runs/one", "-q") == 1
    assert sum(asked(world).values()) == sent
    assert ended(world)["saved_calls"] == 4_000 - sent


def test_latency_is_waited_for_where_the_suite_says_so(sides: Open) -> None:
    gates = "{metric: pass_rate, max_drop: 0.1}, {metric: latency_p50, max_ratio: 100}"
    made = {}
    world = sides()
    for balance in ("quality", "latency"):
        settings = f"{EARLY}, balance: {balance}"
        suite = world.suite(200, settings=settings, gates=gates)
        assert world.run("run", str(suite), "-q", "--out", f"runs/{balance}") == 0
        made[balance] = ended(world, f"runs/{balance}")
    quality, latency = (
        next(g for g in made[name]["gates"] if g["metric"] == "latency_p50")
        for name in ("quality", "latency")
    )
    # Looked at six times at most, so each look is surer than the one a fixed run has.
    assert latency["method"] == quality["method"] == "paired bootstrap"
    assert latency["outcome"] == "pass"
    assert made["latency"]["saved_calls"] > 0


def test_what_was_not_asked_is_shown_as_skipped(
    sides: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    world = sides(flips=a_fifth)
    suite = world.suite(600, settings=EARLY, gates=DROP)
    world.run("run", str(suite), "-q", "--out", "runs/one")
    assert "stopped early: " in capfd.readouterr().out
    with RunReader(world.folder / "runs" / "one") as reader:
        reasons = {
            (answer.unsent.cause, answer.unsent.reason)
            for stored in reader.cases()
            for answer in stored.answers
            if answer.unsent is not None
        }
    assert reasons == {("settled", "pass_rate max_drop 0.02 had failed")}


def accepted(world: Sides, cases: int, gates: str, *, is_pinned: bool = True) -> Path:
    """Give a suite that stops early, every regression of a whole run of it accepted."""

    def text(settings: str) -> Path:
        suite = world.suite(cases, settings=settings, gates=gates)
        if not is_pinned:
            suite.write_text(suite.read_text().replace(f', revision: "{"b" * 40}"', ""))
        return suite

    assert world.run("run", str(text("concurrency: 4")), "-q", "--out", "runs/whole") == 1
    lost = [flip["case"] for flip in ended(world, "runs/whole")["flips"]]
    assert lost
    assert world.run("accept", "runs/whole", *lost, "--reason", "known", "--by", "me") == 0
    return text(EARLY)


@pytest.mark.parametrize("gates", ["{metric: regressions, max: 0}", DROP])
@pytest.mark.parametrize("is_pinned", [True, False])
def test_a_waived_regression_settles_nothing(sides: Open, gates: str, *, is_pinned: bool) -> None:
    world = sides(flips=a_fifth)
    suite = accepted(world, 400 if gates == DROP else 100, gates, is_pinned=is_pinned)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    result = ended(world)
    assert result["verdict"] == "pass"
    assert result["without_waivers"]["verdict"] in {"fail", "inconclusive"}
    if "regressions" in gates:
        assert result["saved_calls"] == 0


def test_a_regression_nobody_accepted_still_stops_a_run_with_waivers(sides: Open) -> None:
    worse = {"from": 200}
    world = sides(flips=lambda number: a_fifth(number) or number >= worse["from"])
    suite = accepted(world, 200, "{metric: regressions, max: 0}")
    worse["from"] = 180
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    result = ended(world)
    assert result["saved_calls"] > 0
    assert {int(flip["case"][1:]) >= 180 for flip in result["flips"]} == {True}


def in_clusters(suite: Path, size: int, first: int = 0) -> Path:
    """Give every case from the `first` on a cluster with those beside it."""
    lines = suite.read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines.index("cases:\n") + 1
    for number, line in enumerate(lines[at:]):
        if number >= first:
            lines[at + number] = line.replace("inputs:", f"cluster: k{number // size}, inputs:")
    suite.write_text("".join(lines), encoding="utf-8")
    return suite


TOLD = (
    "gate pass_rate max_drop 0.02 can pass only once every case was asked, as its clusters are too "
    "few, or too unlike in size, to be looked at as they come: `stop: early` saves calls only "
    "where a gate fails"
)


@pytest.mark.parametrize("size", [2, 5])
def test_a_run_with_clusters_stops_once_whole_ones_settled_it(
    sides: Open, capfd: pytest.CaptureFixture[str], size: int
) -> None:
    world = sides(flips=a_fifth)
    suite = in_clusters(world.suite(300 * size, settings=EARLY, gates=DROP), size)
    assert world.run("check", str(suite)) == 0
    assert "can pass only once" not in capfd.readouterr().err
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    result = ended(world)
    assert result["saved_calls"] > 2 * 120 * size
    (gate,) = result["gates"]
    assert gate["method"] == "betting sequence, clustered"
    assert gate["high"] < -0.02
    cases = int(gate["reason"].split(" over ")[1].split()[0])
    assert cases % size == 0


def test_the_same_model_passes_before_all_clusters_were_asked(sides: Open) -> None:
    world = sides()
    suite = in_clusters(world.suite(1_200, settings=EARLY, gates=DROP), 3)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    result = ended(world)
    assert 0 < result["saved_calls"] <= 2 * (1_200 - 3 * 280)
    assert "all that was waited for had passed" in result["reasons"][-1]


def test_clusters_are_asked_whole_one_after_another_in_random_order(sides: Open) -> None:
    world = sides()
    suite = in_clusters(world.suite(60, settings=f"{EARLY}, repeats: 2", gates=DROP), 4, first=20)
    world.run("run", str(suite), "-q", "--out", "runs/one")
    query = "SELECT id FROM plan JOIN cases ON cases.seq = case_seq ORDER BY plan.seq"
    with closing(sqlite3.connect(world.folder / "runs" / "one" / "run.sqlite")) as connection:
        asked = [int(name[1:]) for (name,) in connection.execute(query)][::4]
    units = [number // 4 if number >= 20 else -number - 1 for number in asked]
    blocks = [unit for unit, _ in groupby(units)]
    assert len(blocks) == len({*blocks}) == 30
    assert sorted(asked) == [*range(60)]
    assert blocks != sorted(blocks)


@pytest.mark.parametrize(("cases", "size"), [(500, 2), (600, 120)])
def test_clusters_that_could_not_pass_as_they_come_are_asked_to_the_end_and_told(
    sides: Open, capfd: pytest.CaptureFixture[str], cases: int, size: int
) -> None:
    world = sides(flips=a_fifth)
    first = 0 if size == 2 else cases - size
    suite = in_clusters(world.suite(cases, settings=EARLY, gates=DROP), size, first)
    assert world.run("check", str(suite)) == 0
    assert TOLD in capfd.readouterr().err
    world.run("run", str(suite), "-q", "--out", "runs/one")
    result = ended(world)
    assert result["saved_calls"] == 0
    (gate,) = result["gates"]
    assert gate["method"] in {"betting interval, clustered", "BCa bootstrap, clustered"}


def test_with_clusters_a_count_that_is_exceeded_still_stops_it(sides: Open) -> None:
    world = sides(flips=a_fifth)
    gates = f"{DROP}, {{metric: regressions, max: 0}}"
    suite = in_clusters(world.suite(600, settings=EARLY, gates=gates), 2)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 1
    assert ended(world)["saved_calls"] > 800


def test_the_default_gates_of_a_suite_with_clusters_are_told_and_kept(
    sides: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    world = sides()
    suite = in_clusters(world.suite(400), 2)  # 400 cases would do, 200 clusters do not
    assert world.run("run", str(suite), "--dry-run") == 0
    assert "gate regressions max 0, level error (default)" in capfd.readouterr().out
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    assert [g["metric"] for g in ended(world)["gates"]] == ["regressions", "faults", "latency_p95"]


def test_a_gate_for_every_tag_waits_for_every_case(sides: Open) -> None:
    world = sides()
    gates = f"{DROP}, {{metric: pass_rate, max_drop: 0.9, each: tag}}"
    suite = world.suite(400, settings=EARLY, gates=gates)
    assert world.run("run", str(suite), "-q", "--out", "runs/one") == 0
    result = ended(world)
    assert result["saved_calls"] == 0
    assert len({gate["slice"] for gate in result["gates"]}) == 41


@pytest.mark.parametrize("early", ["baseline", "candidate"])
def test_a_run_that_stopped_early_is_compared_with_a_whole_one_in_the_order_that_was_drawn(
    sides: Open, early: str
) -> None:
    # In the order of the file 400 cases that are alike would come first, and pass.
    world = sides(flips=lambda number: number >= 400 and number % 2 == 0)
    whole = world.suite(1_000, settings="concurrency: 4", gates=DROP)
    world.run("run", str(whole), "-q", "--out", "runs/whole")
    suite = world.suite(1_000, settings=EARLY, gates=DROP)
    world.run("run", str(suite), "-q", "--out", "runs/one")
    answered = (2_000 - ended(world)["saved_calls"]) // 2
    names = {"baseline": "runs/whole", "candidate": "runs/whole"} | {early: "runs/one"}
    first, second = (f"{names[side]}#{side}" for side in ("baseline", "candidate"))
    assert world.run("compare", first, second, "--out", "runs/both") == 1
    (gate,) = ended(world, "runs/both")["gates"]
    assert gate["method"] == "betting sequence"
    assert gate["high"] < -0.02
    cases = int(gate["reason"].split(" over ")[1].split()[0])
    assert answered - 8 <= cases <= answered + 1
