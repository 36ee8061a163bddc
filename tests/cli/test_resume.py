"""`revgate run --resume`: the same experiment, or none."""

from collections.abc import Callable

import pytest

from tests.e2e.sides import Sides

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]

CHANGES = {
    "a prompt": ('"text 3"', '"text 33"', "case c3 changed"),
    "an expectation": ("expect: NEGATIVE}", "expect: POSITIVE}", "case c1 changed"),
    "a gate": (
        "{metric: faults, max: 0}",
        "{metric: faults, max: 1}",
        "gates changed in the suite",
    ),
    "a setting": ("concurrency: 4", "concurrency: 3", "run changed in the suite"),
    "a pin": ("b" * 40 + '"}', "c" * 40 + '"}', "targets changed in the suite"),
    "a case more": ("cases:\n", 'cases:\n  - {id: new, inputs: "text 9"}\n', "case c0 changed"),
    "a case less": ('  - {id: c5, inputs: "text 5"', '  # {id: c5, inputs: "text 5"', "c5 is gone"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_experiment_is_refused_by_name(sides: Open, capfd: Capture, change: str) -> None:
    world = sides()
    suite = world.suite(6, gates="{metric: faults, max: 0}")
    assert world.run("run", str(suite), "-q", "--out", "out") == 0
    before, after, says = CHANGES[change]
    text = suite.read_text()
    assert before in text
    suite.write_text(text.replace(before, after, 1))
    kept = (world.folder / "out" / "run.sqlite").read_bytes()
    capfd.readouterr()
    assert world.run("run", "--resume", "out") == 4
    err = capfd.readouterr().err
    assert says in err
    assert "Start a new run" in err
    assert (world.folder / "out" / "run.sqlite").read_bytes() == kept
    assert len(world.calls()) == 12


def test_a_changed_row_of_the_dataset_is_refused(sides: Open, capfd: Capture) -> None:
    world = sides()
    rows = world.folder / "rows.jsonl"
    rows.write_text("".join(f'{{"text": "text {n}"}}\n' for n in range(4)))
    suite = world.suite(1, more='dataset: {file: rows.jsonl, inputs: "{{ text }}"}')
    world.run("run", str(suite), "-q", "--out", "out")
    rows.write_text(rows.read_text().replace("text 2", "text 7"))
    assert world.run("run", "--resume", "out") == 4
    assert "changed" in capfd.readouterr().err


def test_what_is_no_part_of_the_experiment_may_change(sides: Open) -> None:
    world = sides()
    suite = world.suite(4)
    assert world.run("run", str(suite), "-q", "--out", "out") == 0
    suite.write_text("# a comment\n" + suite.read_text())
    assert world.run("run", "--resume", "out", "-q") == 0
    suite.rename(world.folder / "moved.yaml")
    assert world.run("run", "moved.yaml", "--resume", "out", "-q") == 0
    assert len(world.calls()) == 8


def test_a_suite_that_is_gone_is_said_with_what_to_do(sides: Open, capfd: Capture) -> None:
    world = sides()
    suite = world.suite(2)
    world.run("run", str(suite), "-q", "--out", "out")
    suite.unlink()
    assert world.run("run", "--resume", "out") == 4
    assert "or name it: revgate run SUITE --resume out" in capfd.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--limit", "1"),
        ("--case", "c1"),
        ("--tag", "t"),
        ("--repeats", "2"),
        ("--out", "x"),
        ("--dry-run",),
    ],
)
def test_a_resumed_run_takes_no_other_plan(
    sides: Open, capfd: Capture, words: tuple[str, ...]
) -> None:
    world = sides()
    world.run("run", str(world.suite(2)), "-q", "--out", "out")
    assert world.run("run", "--resume", "out", *words) == 4
    assert "--resume goes on with" in capfd.readouterr().err
    assert len(world.calls()) == 4


def test_filters_are_remembered(sides: Open) -> None:
    world = sides()
    assert world.run("run", str(world.suite(8)), "-q", "--out", "out", "--limit", "3") == 0
    assert world.run("run", "--resume", "out", "-q") == 0
    assert len(world.calls()) == 6


def test_calls_to_a_target_that_was_given_up_are_made_on_resume(sides: Open) -> None:
    from harness_demo.served import Reply

    is_down = [True]
    world = sides(faults=lambda r: Reply(status=401) if is_down[0] and "b" * 40 in r.path else None)
    suite = str(world.suite(12, settings="concurrency: 1"))
    assert world.run("run", suite, "-q", "--out", "out") == 12
    is_down[0] = False
    world.run("run", "--resume", "out", "-q")
    from tests.e2e.sides import result_of

    counts = result_of(world.folder / "out")["counts"]
    assert counts["skipped"] == 0
    assert counts["faults"] >= 1  # what was answered with a fault stays so
    assert counts["answered"] + counts["faults"] == 24


PLUGIN = """
from harness.api import Check, Finding, hookimpl
@hookimpl
def harness_checks():
    fine = Finding(check="mine", ok=True, message="")
    return [Check(name="mine", judge=lambda case, output, given: fine)]
"""


def test_an_edited_local_plugin_is_refused(sides: Open, capfd: Capture) -> None:
    world = sides()
    plugin = world.folder / "edited_between_runs.py"
    plugin.write_text(PLUGIN)
    suite = str(world.suite(2, more="checks: [{check: mine}]"))
    words = ("-q", "-p", "edited_between_runs")
    assert world.run("run", suite, "--out", "out", *words) == 0
    assert world.run("run", "--resume", "out", *words) == 0
    assert world.run("run", "--resume", "out", "-q") == 4
    assert "mine" in capfd.readouterr().err
    plugin.write_text(PLUGIN + "# edited\n")
    assert world.run("run", "--resume", "out", *words) == 4
    assert "check:mine was from -p" in capfd.readouterr().err
