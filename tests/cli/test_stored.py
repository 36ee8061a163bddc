"""The verbs that read stored runs: list, show, gate, report, compare."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.data.record import Record
from harness.pipeline import judgement
from harness.pipeline.judgement import keep_record
from harness.store import RunWriter
from tests.e2e.sides import Sides, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]
REPORTS = {"report.html", "result.json", "junit.xml", "summary.md", "cases.csv"}


@pytest.fixture
def world(sides: Open) -> Sides:
    """A world with a finished run `out`: 6 cases, c3 regressed."""
    found = sides(flips=lambda number: number == 3)
    assert found.run("run", str(found.suite(6)), "-q", "--out", "out") == 1
    return found


def last(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def test_list_shows_finished_unfinished_and_damaged_runs(world: Sides, capfd: Capture) -> None:
    assert world.run("list") == 5
    assert last(capfd.readouterr().err) == "exit 5: nothing found"
    assert world.run("run", str(world.suite(6)), "-q") == 1
    for name in ("result", "foreign"):
        world.run("run", str(world.folder / "suite.yaml"), "-q", "--out", f"runs/{name}")
    (world.folder / "runs" / "result" / "result.json").unlink()
    (world.folder / "runs" / "foreign" / "result.json").write_text('{"verdict": "pass"}')
    damaged = world.folder / "runs" / "damaged"
    damaged.mkdir()
    (damaged / "run.sqlite").write_bytes(b"")
    capfd.readouterr()
    assert world.run("list") == 0
    head, *lines = capfd.readouterr().out.splitlines()
    assert head.split()[:6] == ["run", "verdict", "pins", "calls", "regressed", "fixed"]
    assert head.split()[6:] == ["waived", "suite", "started"]
    rows = {line.split()[0].removeprefix("runs/"): line.split()[1:] for line in lines}
    assert rows.pop("damaged") == ["unreadable"]
    for name in ("result", "foreign"):
        assert rows.pop(name)[:3] == ["unfinished", "12/12", "sides"]
    (row,) = rows.values()
    assert row[:-1] == ["fail", "aaaaaaaa", "→", "bbbbbbbb", "12/12", "1", "0", "0", "sides"]


def test_list_gives_runs_of_one_suite_as_json_the_oldest_first(
    world: Sides, capfd: Capture
) -> None:
    for name in ("z", "a"):
        world.run("run", str(world.folder / "suite.yaml"), "-q", "--out", f"runs/{name}")
    world.run("run", str(world.suite(2, name="b.yaml", title="other")), "-q", "--out", "runs/b")
    capfd.readouterr()
    assert world.run("list", "--suite", "sides", "--format", "json") == 0
    found = json.loads(capfd.readouterr().out)
    assert sorted(one["run"] for one in found) == ["runs/a", "runs/z"]
    assert [one["started"] for one in found] == sorted(one["started"] for one in found)
    assert {(one["verdict"], one["regressed"], one["waived"]) for one in found} == {("fail", 1, 0)}
    assert world.run("list", "--suite", "nobody") == 5


def test_show_gives_the_run_or_one_case(world: Sides, capfd: Capture) -> None:
    capfd.readouterr()
    assert world.run("show", "out") == 0
    assert "✗ regressed c3" in capfd.readouterr().out
    assert world.run("show", "out", "c3") == 0
    out, err = capfd.readouterr()
    assert "✗ regressed c3 NEGATIVE → POSITIVE #t0" in out
    assert "✗ expect: expected NEGATIVE, got POSITIVE" in out
    assert "candidate #1: failed" in out
    assert "\x1b" not in out
    assert err == "exit 0: done\n"


def test_show_suggests_a_case(world: Sides, capfd: Capture) -> None:
    assert world.run("show", "out", "c33") == 4
    assert "no case 'c33'; did you mean 'c3'?" in capfd.readouterr().err


@pytest.mark.parametrize("verb", ["show", "gate", "report", "compare"])
def test_a_run_that_is_not_there_is_exit_4(world: Sides, capfd: Capture, verb: str) -> None:
    assert world.run(verb, "nowhere") == 4
    assert "`revgate list` shows the runs there are" in capfd.readouterr().err


def test_a_run_is_found_by_the_beginning_of_its_name(world: Sides, capfd: Capture) -> None:
    world.run("run", str(world.folder / "suite.yaml"), "-q", "--out", "runs/abc-1")
    assert world.run("show", "abc") == 0
    world.run("run", str(world.folder / "suite.yaml"), "-q", "--out", "runs/abc-2")
    assert world.run("show", "abc") == 4
    assert "fits 2 runs" in capfd.readouterr().err
    assert world.run("show", "runs/abc-1/run.sqlite") == 0


def test_gate_gives_the_verdict_again_and_writes_nothing(world: Sides, capfd: Capture) -> None:
    before = {path.name: path.read_bytes() for path in (world.folder / "out").iterdir()}
    capfd.readouterr()
    assert world.run("gate", "out") == 1
    out, err = capfd.readouterr()
    assert out.startswith("FAIL  regressions max 0")
    assert err == "exit 1: a gate failed\n"
    assert {path.name: path.read_bytes() for path in (world.folder / "out").iterdir()} == before


def test_report_writes_the_same_reports_again(world: Sides) -> None:
    out = world.folder / "out"
    before = {name: (out / name).read_bytes() for name in REPORTS}
    for name in REPORTS:
        (out / name).unlink()
    assert world.run("report", "out") == 0
    assert {name: (out / name).read_bytes() for name in REPORTS} == before


def test_a_damaged_run_is_a_message_and_not_a_traceback(world: Sides, capfd: Capture) -> None:
    with closing(sqlite3.connect(world.folder / "out" / "run.sqlite")) as connection:
        connection.execute("UPDATE record SET body = x'00'")
        connection.commit()
    for verb in ("show", "gate", "report"):
        assert world.run(verb, "out") == 4
        err = capfd.readouterr().err
        assert "is damaged" in err
        assert "Traceback" not in err


def test_compare_of_one_run_judges_again_without_a_call(world: Sides, capfd: Capture) -> None:
    with closing(sqlite3.connect(world.folder / "out" / "run.sqlite")) as connection:
        connection.execute("DELETE FROM record WHERE seq < 4")
        connection.commit()
    sent = len(world.calls())
    before = result_of(world.folder / "out")
    capfd.readouterr()
    assert world.run("compare", "out", "--format", "json") == 1
    assert json.loads(capfd.readouterr().out) == result_of(world.folder / "out") == before
    assert len(world.calls()) == sent


def test_compare_of_two_runs_pairs_by_content(world: Sides, capfd: Capture) -> None:
    suite = world.suite(
        8, gates="{metric: regressions, max: 0}, {metric: latency_p50, max_ratio: 9}"
    )
    text = suite.read_text().replace("id: c2,", "id: renamed,")
    suite.write_text(text.replace('"text 5"', '"text 15"'))
    assert world.run("run", str(suite), "-q", "--out", "later") == 1
    sent = len(world.calls())
    assert world.run("compare", "out", "later") == 4
    assert "--out" in capfd.readouterr().err
    assert world.run("compare", "out", "later", "--out", "both") == 1
    result = result_of(world.folder / "both")
    assert result["counts"]["planned"] == 10  # five pairs: 0 1 2 3 4
    assert [flip["case"] for flip in result["flips"]] == ["c3"]
    warnings = " ".join(result["warnings"])
    assert "3 cases only in the second run: c5, c6, c7" in warnings
    assert "1 case only in the first run: c5" in warnings
    (latency,) = [g for g in result["gates"] if g["metric"] == "latency_p50"]
    assert latency["outcome"] == "inconclusive"
    assert "not called side by side" in latency["reason"]
    assert {path.name for path in (world.folder / "both").iterdir()} == REPORTS
    assert len(world.calls()) == sent


def test_compare_of_two_runs_takes_named_targets(world: Sides, capfd: Capture) -> None:
    assert world.run("compare", "out#baseline", "out#baseline", "--out", "same") == 0
    assert world.run("compare", "out#candidate", "out#baseline", "--out", "back") == 0
    assert [f["after"] for f in result_of(world.folder / "back")["flips"]] == ["pass"]
    assert world.run("compare", "out#nobody", "out", "--out", "x") == 4
    assert "it has baseline, candidate" in capfd.readouterr().err


def test_repeats_only_one_run_has_are_left_out(world: Sides) -> None:
    world.run("run", str(world.folder / "suite.yaml"), "-q", "--out", "three", "--repeats", "3")
    world.run("compare", "three", "out", "--out", "both")
    counts = result_of(world.folder / "both")["counts"]
    assert (counts["planned"], counts["answered"]) == (12, 12)


def test_two_runs_with_nothing_in_common_are_nothing_to_compare(
    world: Sides, capfd: Capture
) -> None:
    suite = world.suite(3)
    suite.write_text(suite.read_text().replace('"text ', '"text 10'))
    world.run("run", str(suite), "-q", "--out", "other")
    assert world.run("compare", "out", "other", "--out", "both") == 5
    assert "there is nothing to compare" in capfd.readouterr().err


@pytest.mark.parametrize("words", [("out", "out", "out"), ("out", "--out", "x"), ()])
def test_compare_takes_one_run_or_two(world: Sides, words: tuple[str, ...]) -> None:
    assert world.run("compare", *words) == 4


def test_a_report_that_cannot_be_written_is_no_success(
    world: Sides, capfd: Capture, tmp_path: Path
) -> None:
    report = world.folder / "out" / "report.html"
    report.unlink()
    report.mkdir()
    assert world.run("report", "out") == 4
    err = capfd.readouterr().err
    assert "a report cannot be written" in err
    assert "`revgate report out` writes the reports again" in err


def test_a_run_that_is_judged_anew_by_half_gives_no_verdict_until_it_is_through(
    world: Sides, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Record] = []

    def stopped_at_the_third(record: Record, writer: RunWriter) -> Record:
        kept.append(record)
        if len(kept) == 3:
            raise KeyboardInterrupt
        return keep_record(record, writer)

    with monkeypatch.context() as patched:
        patched.setattr(judgement, "keep_record", stopped_at_the_third)
        assert world.run("compare", "out") == 2
    before = (world.folder / "out" / "result.json").read_bytes()
    for verb in ("gate", "report"):
        capfd.readouterr()
        assert world.run(verb, "out") not in {0, 1}
        said = capfd.readouterr().err
        assert "judging it anew was stopped half-way" in said
        assert "`revgate compare out`" in said
    assert (world.folder / "out" / "result.json").read_bytes() == before
    assert world.run("show", "out", "c3") == 0  # what was answered can be seen all the same
    assert world.run("compare", "out") == 1
    assert world.run("gate", "out") == 1
