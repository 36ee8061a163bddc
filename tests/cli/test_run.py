"""`revgate run`: what it sends, writes, says, and how it ends."""

import json
from collections.abc import Callable

import pytest

from harness.store import RunReader
from tests.e2e.sides import Sides, only_run, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


def last(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def test_writes_the_run_folder_and_says_the_verdict(sides: Open, capfd: Capture) -> None:
    world = sides()
    assert world.run("run", str(world.suite(3))) == 0
    folder = only_run(world.folder)
    assert {path.name for path in folder.iterdir()} == {
        "run.sqlite", "run.lock", "report.html", "result.json", "junit.xml", "summary.md",
        "cases.csv",
    }  # fmt: skip
    out, err = capfd.readouterr()
    assert "PASS" in out
    assert f"report: runs/{folder.name}/report.html" in out
    assert last(err) == "exit 0: every error-level gate passed"


def test_a_failed_gate_is_exit_1(sides: Open, capfd: Capture) -> None:
    world = sides(flips=lambda number: number == 1)
    assert world.run("run", str(world.suite(3)), "-q") == 1
    out, err = capfd.readouterr()
    assert "FAIL  regressions max 0" in out
    assert "✗ c1" in out
    assert err == "exit 1: a gate failed\n"


def test_a_dry_run_counts_and_sends_nothing(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(12, settings="warmup: 2, repeats: 2"))
    assert world.run("run", suite, "--dry-run") == 0
    out, err = capfd.readouterr()
    assert "12 cases × 2 repeats × 2 targets = 48 calls and 4 warm-ups; nothing was sent" in out
    assert last(err) == "exit 0: nothing was sent"
    assert world.run("run", suite, "--dry-run", "--format", "json") == 0
    plan = json.loads(capfd.readouterr().out)
    assert (plan["calls"], plan["warmups"], plan["cases"]) == (48, 4, 12)
    assert world.calls() == []
    assert not (world.folder / "runs").exists()


def test_a_dry_run_says_which_gate_cannot_pass(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(4, gates="{metric: pass_rate, max_drop: 0.02}"))
    assert world.run("run", suite, "--dry-run") == 0
    assert "warning: " in capfd.readouterr().err


def test_json_on_stdout_is_result_json_and_nothing_else(sides: Open, capfd: Capture) -> None:
    world = sides()
    assert world.run("run", str(world.suite(3)), "--format", "json") == 0
    assert json.loads(capfd.readouterr().out) == result_of(only_run(world.folder))


def test_json_of_several_suites_is_a_line_each(sides: Open, capfd: Capture) -> None:
    world = sides()
    one, two = (
        world.suite(2, name="1.yaml", title="one"),
        world.suite(3, name="2.yaml", title="two"),
    )
    assert world.run("run", str(one), str(two), "--format", "json", "--out", "all") == 0
    found = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [result["suite"] for result in found] == ["one", "two"]
    folders = {path.name for path in (world.folder / "all").iterdir() if path.is_dir()}
    assert folders == {"one", "two"}


@pytest.mark.parametrize(
    ("words", "cases", "calls"),
    [
        (("--case", "c1*"), {"c1", "c10", "c11"}, 6),
        (("--case", "c2", "--case", "c3"), {"c2", "c3"}, 4),
        (("--tag", "t1"), {"c10", "c11"}, 4),
        (("--tag", "t1", "--case", "c11"), {"c11"}, 2),
        (("--limit", "3"), {"c0", "c1", "c2"}, 6),
        (("--limit", "2", "--repeats", "3"), {"c0", "c1"}, 12),
        (("--limit", "2", "--set", "run.warmup=1"), {"c0", "c1"}, 6),
        (("--limit", "2", "--max-calls", "4", "--concurrency", "1"), {"c0", "c1"}, 4),
    ],
)
def test_filters_and_settings_choose_what_is_sent(
    sides: Open, words: tuple[str, ...], cases: set[str], calls: int
) -> None:
    world = sides()
    world.run("run", str(world.suite(12)), "-q", *words)
    with RunReader(only_run(world.folder)) as reader:
        assert {identity for identity, _ in reader.case_fingerprints()} == cases
    assert len(world.calls()) == calls


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--case", "nope"), "0 of 12 cases selected by --case nope; known tags: t0, t1"),
        (("--tag", "t7"), "0 of 12 cases selected by --tag t7"),
        (("--limit", "0"), "selected by --limit 0"),
    ],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_nothing_selected_is_exit_5_and_leaves_nothing(
    sides: Open, capfd: Capture, words: tuple[str, ...], says: str, dry: tuple[str, ...]
) -> None:
    world = sides()
    assert world.run("run", str(world.suite(12)), "--out", "out", *words, *dry) == 5
    err = capfd.readouterr().err
    assert says in err
    assert last(err) == "exit 5: nothing selected"
    assert not (world.folder / "out").exists()
    assert world.calls() == []


def test_a_suite_without_cases_is_exit_5(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = world.suite(1)
    suite.write_text(suite.read_text().partition("cases:")[0] + "cases: []\n")
    assert world.run("run", str(suite)) == 5
    assert last(capfd.readouterr().err) == "exit 5: nothing selected"


@pytest.mark.parametrize(
    "words",
    [
        (), ("suite.yaml", "--set", "nonsense"), ("suite.yaml", "--repeats", "0"),
        ("suite.yaml", "--set", "run.repeat=2"), ("suite.yaml", "--max-calls", "3"),
        ("suite.yaml", "--max-calls", "3", "--dry-run"), ("suite.yaml", "--bogus"),
        ("missing.yaml",), ("suite.yaml", "--offline", "--set", "targets=1"),
        ("suite.yaml", "--replay", "missing.jsonl"), ("suite.yaml", "--record", "/proc/no/r.jsonl"),
        ("suite.yaml", "suite.yaml", "--record", "r.jsonl"), ("suite.yaml", "--out", "suite.yaml"),
        ("suite.yaml", "suite.yaml", "--out", "out"), ("suite.yaml", "missing.yaml"),
        ("suite.yaml", "--out", "/proc/no"), ("-p", "no_such_module", "suite.yaml"),
        ("--resume", "missing"), ("--resume", "a", "suite.yaml", "suite.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_exit_4_before_the_first_call(
    sides: Open, capfd: Capture, words: tuple[str, ...]
) -> None:
    world = sides()
    world.suite(4)
    assert world.run("run", *words) == 4
    err = capfd.readouterr().err
    assert last(err) == "exit 4: usage or suite error"
    assert "Traceback" not in err
    assert world.calls() == []
    assert sorted(p.name for p in world.folder.iterdir()) == ["suite.yaml"]


def test_an_existing_run_is_never_written_over(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = str(world.suite(2))
    assert world.run("run", suite, "-q", "--out", "out") == 0
    before = {path.name: path.read_bytes() for path in (world.folder / "out").iterdir()}
    assert world.run("run", suite, "-q", "--out", "out") == 4
    assert "already holds a run" in capfd.readouterr().err
    assert {path.name: path.read_bytes() for path in (world.folder / "out").iterdir()} == before
    assert len(world.calls()) == 4


def test_a_refused_run_does_not_touch_one_that_is_just_starting(sides: Open) -> None:
    from harness.store.lock import RunLock

    world = sides()
    out = world.folder / "out"
    out.mkdir()
    with RunLock(out):  # another process got here first, and has not made its file yet
        assert world.run("run", str(world.suite(2)), "-q", "--out", "out") == 4
        assert [path.name for path in out.iterdir()] == ["run.lock"]
    assert world.calls() == []


def test_offline_refuses_targets_elsewhere(sides: Open, capfd: Capture) -> None:
    world = sides()
    here = str(world.suite(2))
    away = str(world.suite(2, name="away.yaml", after_url="https://away.example/"))
    assert world.run("run", here, "--offline", "-q") == 0
    assert world.run("run", away, "--offline", "-q") == 4
    assert "candidate (hf-endpoint) is not on this machine" in capfd.readouterr().err


def test_a_call_per_case_and_target_is_told_with_v(sides: Open, capfd: Capture) -> None:
    world = sides()
    assert world.run("run", str(world.suite(2)), "-v") == 0
    err = capfd.readouterr().err
    assert sum(" passed  " in line for line in err.splitlines()) == 4


def test_every_suite_is_read_before_the_first_call(sides: Open, capfd: Capture) -> None:
    world = sides()
    bad = world.folder / "bad.yaml"
    bad.write_text("suite: 5\n")
    assert world.run("run", str(world.suite(2)), str(bad)) == 4
    assert "bad.yaml" in capfd.readouterr().err
    assert world.calls() == []


def test_the_gravest_of_several_verdicts_is_the_exit_code(sides: Open) -> None:
    world = sides(flips=lambda number: number == 5)
    good, bad = world.suite(3, name="1.yaml"), world.suite(6, name="2.yaml")
    assert world.run("run", str(good), str(bad), "-q") == 1
    assert world.run("run", str(bad), str(good), "-q") == 1
