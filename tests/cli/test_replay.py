"""`revgate run --record` and `--replay`: the same result again, without a call."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.sides import Sides, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]
GATES = "{metric: regressions, max: 9}, {metric: latency_p50, max_ratio: 1.0001}"


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Give what a replay must repeat: all but latency, how the answers came, and when."""
    result["counts"] |= {"replayed": None}
    gates = [g for g in result["gates"] if not g["metric"].startswith("latency")]
    timed = {"timed": None, "latency_shift": None, "latency_p95": None}
    slices = [part | timed for part in result["slices"]]
    kept = ("suite", "verdict", "exit_code", "targets", "counts", "flips")
    targets = {name: told | {"service": None} for name, told in result["targets"].items()}
    return {name: result[name] for name in kept} | {
        "gates": gates, "slices": slices, "targets": targets,
    }  # fmt: skip


@pytest.mark.parametrize("source", ["file", "folder"])
def test_a_replay_equals_the_run_but_for_latency(sides: Open, source: str) -> None:
    world = sides(flips=lambda number: number == 3)
    suite = str(world.suite(12, settings="warmup: 1, repeats: 2"))
    code = world.run("run", suite, "-q", "--out", "live", "--record", "r.jsonl")
    sent = len(world.calls())
    world.server.close()
    replay = "r.jsonl" if source == "file" else "live"
    assert world.run("run", suite, "-q", "--out", "again", "--replay", replay) == code
    live, again = result_of(world.folder / "live"), result_of(world.folder / "again")
    assert again["counts"]["replayed"] == again["counts"]["planned"] == 48
    assert comparable(again) == comparable(live)
    assert again["latency"]["baseline"]["n"] == 0
    assert live["latency"]["baseline"]["n"] == 24
    assert [{part["timed"] for part in one["slices"]} for one in (again, live)] == [{0}, {2, 10}]
    assert again["environment"]["transport"] == ["replay"]
    assert len(world.calls()) == sent


def test_a_replay_of_a_replay_is_the_same_again(sides: Open) -> None:
    world = sides()
    suite = str(world.suite(4))
    world.run("run", suite, "-q", "--out", "live", "--record", "1.jsonl")
    world.run("run", suite, "-q", "--out", "b", "--replay", "live", "--record", "2.jsonl")
    one, two = (world.folder / f"{n}.jsonl" for n in (1, 2))
    assert one.read_bytes() == two.read_bytes()


def test_a_latency_gate_of_a_replay_is_shown_and_not_held_against_it(sides: Open) -> None:
    world = sides()
    suite = str(world.suite(30, gates=GATES))
    world.run("run", suite, "-q", "--out", "live")
    assert world.run("run", suite, "-q", "--out", "again", "--replay", "live") == 0
    (gate,) = [g for g in result_of(world.folder / "again")["gates"] if "latency" in g["metric"]]
    assert (gate["level"], gate["outcome"]) == ("warn", "inconclusive")


def test_an_endpoint_without_a_path_is_replayed(sides: Open) -> None:
    world = sides()
    urls = {"before_url": "https://before.example", "after_url": "https://after.example"}
    suite = str(world.suite(2, **urls))
    lines = [json.dumps({"revgate_recording": 1, "suite": "sides"})]
    for side, pin in (("before", "a"), ("after", "b")):
        for number, label in enumerate(("POSITIVE", "NEGATIVE")):
            lines.append(
                json.dumps(
                    {
                        "method": "POST",
                        "url": urls[f"{side}_url"],
                        "request": {"text": json.dumps({"inputs": f"text {number}"})},
                        "status": 200,
                        "headers": {"x-sha": pin * 40},
                        "body": {"text": json.dumps([[{"label": label, "score": 0.9}]])},
                    }
                )
            )
    (world.folder / "r.jsonl").write_text("\n".join(lines) + "\n")
    assert world.run("run", suite, "-q", "--replay", "r.jsonl", "--out", "out") == 0
    assert result_of(world.folder / "out")["counts"]["passed"] == 4


def test_what_is_not_recorded_is_a_fault_with_a_name(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = world.suite(6)
    world.run("run", str(suite), "-q", "--record", "r.jsonl")
    suite.write_text(suite.read_text().replace('"text 3"', '"text 3 b"'))
    sent = len(world.calls())
    code = world.run("run", str(suite), "-q", "--replay", "r.jsonl", "--out", "out")
    assert code not in {0, 2, 3}
    counts = result_of(world.folder / "out")["counts"]
    assert (counts["faults"], counts["passed"]) == (2, 10)
    out = capfd.readouterr().out
    assert "replay_miss" in out
    world.run("show", "out", "c3")
    out = capfd.readouterr().out
    assert "the nearest is case c3: inputs was 'text 3', now 'text 3 b'" in out
    assert "record again with --record" in out
    assert len(world.calls()) == sent


def test_repeats_that_were_not_recorded_are_said(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(2))
    world.run("run", suite, "-q", "--record", "r.jsonl")
    world.run("run", suite, "-q", "--replay", "r.jsonl", "--repeats", "2")
    assert "recorded 1 times and asked once more" in capfd.readouterr().out


def test_a_recording_that_would_hold_a_secret_is_not_written_but_the_run_is(
    sides: Open, capfd: Capture
) -> None:
    from harness_demo.served import Reply

    hidden = b'[[{"label": "POSITIVE", "score": 0.9, "note": "\\u0068f_%s"}]]' % (b"A1b2" * 8)
    world = sides(faults=lambda request: Reply(status=200, body=hidden))
    assert world.run("run", str(world.suite(2)), "-q", "--out", "out", "--record", "r.jsonl") == 4
    err = capfd.readouterr().err
    assert "looks like a credential" in err
    assert "the run itself is kept in out" in err
    assert not (world.folder / "r.jsonl").exists()
    assert (world.folder / "out" / "result.json").exists()


def test_a_live_run_and_a_replay_are_not_mixed(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(3, settings="warmup: 1"))
    world.run("run", suite, "-q", "--out", "live")
    world.run("run", suite, "-q", "--out", "again", "--replay", "live")
    sent = len(world.calls())
    assert world.run("run", "--resume", "again") == 4
    assert "go on with --replay FILE" in capfd.readouterr().err
    assert world.run("run", "--resume", "live", "--replay", "again") == 4
    assert "a recording cannot go on with it" in capfd.readouterr().err
    assert world.run("run", "--resume", "again", "--replay", "live", "-q") == 0
    assert len(world.calls()) == sent


def test_a_wrong_recording_leaves_no_folder(sides: Open, capfd: Capture) -> None:
    world = sides()
    (world.folder / "r.jsonl").write_text("{}\n")
    assert world.run("run", str(world.suite(2)), "--replay", "r.jsonl", "--out", "out") == 4
    assert "is not a recording of revgate" in capfd.readouterr().err
    assert not (world.folder / "out").exists()


def test_a_replay_goes_on_only_with_its_own_recording(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(4))
    assert world.run("run", suite, "-q", "--out", "live", "--record", "1.jsonl") == 0
    world.run("run", suite, "-q", "--out", "again", "--replay", "1.jsonl")
    one = (world.folder / "1.jsonl").read_text(encoding="utf-8")
    (world.folder / "2.jsonl").write_text(one.replace("0.9", "0.8", 1), encoding="utf-8")
    (world.folder / "copy.jsonl").write_text(one, encoding="utf-8")
    kept = (world.folder / "again" / "run.sqlite").read_bytes()
    capfd.readouterr()
    assert world.run("run", "--resume", "again", "--replay", "2.jsonl", "-q") == 4
    told = capfd.readouterr().err
    assert "2.jsonl: is not the recording again was started with, or has changed since" in told
    assert (world.folder / "again" / "run.sqlite").read_bytes() == kept
    assert world.run("run", "--resume", "again", "--replay", "copy.jsonl", "-q") == 0
