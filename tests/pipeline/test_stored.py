"""Targets that answer from an earlier run, end to end over loopback."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.store import RunReader, RunWriter
from tests.e2e.sides import AFTER, BEFORE, Sides, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]
GATES = "{metric: regressions, max: 0}, {metric: latency_p50, max_ratio: 1000, level: warn}"


@pytest.fixture
def world(sides: Open) -> Sides:
    """A world with a finished live run `runs/first`: 6 cases, c3 regressed."""
    found = sides(flips=lambda number: number == 3)
    suite = found.suite(6, gates=GATES)
    assert found.run("run", str(suite), "-q", "--out", "runs/first") == 1
    return found


def with_stored(world: Sides, *, cases: int = 6, name: str = "second.yaml", **more: str) -> Path:
    """Write the suite whose baseline is that of the first run."""
    path = world.suite(cases, name=name, **({"gates": GATES} | more))
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("  baseline:"))
    lines[at] = '  baseline: {run: "runs/first"}'
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def asked(world: Sides) -> list[dict]:
    """Give the questions the server received; whom it serves may be asked beside them."""
    return [call for call in world.calls() if call["method"] == "POST"]


def judged(result: dict) -> dict:
    """Give what two runs of the same comparison have in common."""
    gates = [
        {
            k: v
            for k, v in gate.items()
            if k in ("metric", "outcome", "reason", "baseline", "candidate")
        }
        for gate in result["gates"]
        if gate["metric"] != "latency_p50"
    ]
    flips = [(flip["case"], flip["before"], flip["after"]) for flip in result["flips"]]
    return {"verdict": result["verdict"], "gates": gates, "flips": flips}


def test_the_verdict_is_that_of_the_live_pair_and_only_the_candidate_is_called(
    world: Sides,
) -> None:
    sent = len(asked(world))
    assert world.run("run", str(with_stored(world)), "-q", "--out", "runs/second") == 1
    new = asked(world)[sent:]
    assert len(new) == 6
    assert all(AFTER in json.dumps(call) and BEFORE not in json.dumps(call) for call in new)
    first, second = (result_of(world.folder / "runs" / name) for name in ("first", "second"))
    assert judged(first) == judged(second)
    assert [flip["case"] for flip in second["flips"]] == ["c3"]
    proofs = {name: target["proof"] for name, target in second["targets"].items()}
    assert proofs == {"baseline": "proven", "candidate": "proven"}
    assert second["counts"]["answered"] == 12
    assert any("'baseline' is stored" in warning for warning in second["warnings"])


def test_whole_exchanges_are_copied_and_stand_alone(world: Sides) -> None:
    assert world.run("run", str(with_stored(world)), "-q", "--out", "runs/second") == 1
    with (
        RunReader(world.folder / "runs" / "first") as one,
        RunReader(world.folder / "runs" / "second") as two,
    ):
        before = {c.id: e for c, e in one.exchanges() if e.target == "baseline"}
        copies = {c.id: e for c, e in two.exchanges() if e.target == "baseline"}
        assert {e.transport for e in copies.values()} == {"stored"}
        assert copies.keys() == before.keys()
        for name, copy in copies.items():
            assert (copy.attempts, copy.request_body) == (
                before[name].attempts, before[name].request_body,
            )  # fmt: skip
        assert two.attempts() == 6  # what was not called counts against no bound on calls
    for path in (world.folder / "runs" / "first").iterdir():
        path.unlink()
    assert world.run("gate", "runs/second") == 1
    assert world.run("compare", "runs/second") == 1


def test_what_its_server_said_of_itself_is_copied_once(world: Sides) -> None:
    said = {"target": "baseline", "url": "http://x/info", "address": "http://x", "when": "before",
            "status": 200, "served": None, "note": "nothing"}  # fmt: skip
    with closing(RunWriter(world.folder / "runs" / "first", create=False)) as writer:
        writer.put_event("probe", 5.0, said)
        writer.put_event("probe", 6.0, {**said, "target": "candidate"})
    assert world.run("run", str(with_stored(world)), "-q", "--out", "runs/second") == 1

    def probes(name: str) -> list[tuple[float, object]]:
        with RunReader(world.folder / "runs" / name) as reader:
            return [
                (at, detail)
                for at, kind, detail in reader.events()
                if kind == "probe" and detail["target"] == "baseline"
            ]

    assert probes("second") == probes("first")
    assert (5.0, said) in probes("second")


def test_latency_is_undecided_unless_stored_latency_is_allowed(world: Sides) -> None:
    def outcome(more: str) -> tuple[str, str]:
        out = f"runs/{'allowed' if more else 'plain'}"
        world.run("run", str(with_stored(world, more=more)), "-q", "--out", out)
        gates = result_of(world.folder / out)["gates"]
        (gate,) = [gate for gate in gates if gate["metric"] == "latency_p50"]
        return gate["outcome"], gate["reason"]

    plain, reason = outcome("")
    assert plain == "inconclusive"
    assert "not called side by side" in reason
    _, allowed = outcome("allow_stored_latency: true")
    assert "not called side by side" not in allowed


def test_cases_the_run_does_not_have_are_missing_and_named(world: Sides, capfd: Capture) -> None:
    suite = with_stored(world, cases=8)
    text = suite.read_text(encoding="utf-8").replace("id: c2,", "id: renamed,")
    suite.write_text(text, encoding="utf-8")
    assert world.run("run", str(suite), "--out", "runs/second") == 1
    said = "baseline: 2 cases are not in runs/first#baseline with these inputs, parameters and "
    result = result_of(world.folder / "runs" / "second")
    assert [w for w in result["warnings"] if w.startswith(said)] == [f"{said}expectation: c6, c7"]
    assert said in capfd.readouterr().err
    assert result["counts"]["skipped"] == 2
    world.run("show", "runs/second", "c6")
    assert "runs/first#baseline has no such case" in capfd.readouterr().out


def test_repeats_beyond_what_is_stored_are_missing(world: Sides) -> None:
    suite = with_stored(world, settings="repeats: 2")
    world.run("run", str(suite), "-q", "--out", "runs/second")
    with RunReader(world.folder / "runs" / "second") as reader:
        case = reader.case("c0")
    assert case is not None
    unsent = {a.repeat: a.unsent for a in case.answers if a.target == "baseline"}
    assert unsent[0] is None
    assert unsent[1] is not None
    assert (unsent[1].cause, unsent[1].reason) == (
        "not stored", "runs/first#baseline has 1 answer to this case",
    )  # fmt: skip


def test_a_stored_target_is_not_warmed_up_and_counts_in_no_budget(
    world: Sides, capfd: Capture
) -> None:
    suite = with_stored(world, settings="warmup: 2, max_calls: 8")
    sent = len(asked(world))
    assert world.run("run", str(suite), "--dry-run") == 0
    out = capfd.readouterr().out
    assert "6 cases × 1 repeat × 1 target = 6 calls and 2 warm-ups; nothing was sent" in out
    assert "baseline is stored: its answers are taken from runs/first#baseline" in out
    assert world.run("run", str(suite), "-q", "--out", "runs/second") == 1
    assert len(asked(world)) - sent == 8


def test_a_target_of_a_stored_run_may_be_stored_again(world: Sides) -> None:
    assert world.run("run", str(with_stored(world)), "-q", "--out", "runs/second") == 1
    third = with_stored(world, name="third.yaml")
    third.write_text(third.read_text().replace("runs/first", "runs/second"))
    assert world.run("run", str(third), "-q", "--out", "runs/third") == 1


def test_nothing_is_called_when_every_target_is_stored(world: Sides) -> None:
    suite = with_stored(world)
    text = suite.read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(text) if line.startswith("  candidate:"))
    text[at] = '  candidate: {provider: stored, run: "runs/first#candidate"}'
    suite.write_text("\n".join(text), encoding="utf-8")
    sent = len(asked(world))
    assert world.run("run", str(suite), "-q", "--offline", "--out", "runs/second") == 1
    assert len(asked(world)) == sent
    first, second = (result_of(world.folder / "runs" / name) for name in ("first", "second"))
    assert judged(first) == judged(second)


def test_a_recording_holds_what_was_called_and_replays_beside_the_stored_run(
    world: Sides,
) -> None:
    suite, tape = with_stored(world), world.folder / "tape.jsonl"
    words = ("run", str(suite), "-q")
    assert world.run(*words, "--out", "runs/second", "--record", str(tape)) == 1
    lines = [json.loads(line) for line in tape.read_text(encoding="utf-8").splitlines()[1:]]
    assert {line["target"] for line in lines} == {"candidate"}
    sent = len(asked(world))
    assert world.run(*words, "--out", "runs/taped", "--replay", str(tape)) == 1
    assert world.run(*words, "--out", "runs/again", "--replay", "runs/second") == 1
    assert len(asked(world)) == sent
    assert judged(result_of(world.folder / "runs" / "again")) == judged(
        result_of(world.folder / "runs" / "first")
    )


def test_a_stopped_run_goes_on_and_warns_once(world: Sides) -> None:
    import sqlite3

    suite = with_stored(world, cases=8)
    assert world.run("run", str(suite), "-q", "--out", "runs/second") == 1
    with closing(sqlite3.connect(world.folder / "runs" / "second" / "run.sqlite")) as connection:
        connection.execute("DELETE FROM record WHERE seq % 2 = 0")
        connection.execute("DELETE FROM exchange WHERE seq % 2 = 0")
        connection.execute("DELETE FROM event WHERE kind = 'warning'")
        connection.commit()
    assert world.run("run", "--resume", "runs/second", "-q") == 1
    result = result_of(world.folder / "runs" / "second")
    assert result["counts"]["answered"] == 14
    assert sum("are not in runs/first#baseline" in w for w in result["warnings"]) == 1


def test_a_run_that_is_gone_stops_before_anything_is_sent(world: Sides, capfd: Capture) -> None:
    suite = with_stored(world)
    (world.folder / "runs" / "first" / "run.sqlite").unlink()
    sent = len(asked(world))
    assert world.run("run", str(suite), "--out", "runs/second") == 4
    err = capfd.readouterr().err
    assert "error[E133]: no run lies at 'runs/first'" in err
    assert "second.yaml:5:19" in err
    assert len(asked(world)) == sent
