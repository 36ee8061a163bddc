"""Other people's plugins: found, named, and never the end of a run."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import run
from tests.e2e.sides import Sides, only_run, result_of

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]

TASK = """
from harness.data.noun import replace
from harness.api import *
from harness_tasks import text_classification
(base,) = text_classification.harness_tasks()

def bad(*arguments, **more):
    {act}

{extra}

@hookimpl
def harness_tasks():
    return [replace(base, name="mine", {part})]
"""
ACTS = {"raise": "raise RuntimeError('boom')", "exit": "raise SystemExit(0)", "wrong": "return 5"}


def write(folder: Path, text: str, name: str) -> str:
    (folder / f"{name}.py").write_text(text)
    return name


def unique(request: pytest.FixtureRequest) -> str:
    """Give a module name no other test uses: imports are remembered."""
    return "plugin_" + "".join(c if c.isalnum() else "_" for c in request.node.name)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("part", ["build", "parse", "validate", "expect", "compare"])
def test_a_task_that_misbehaves_is_a_fault_or_a_warning(
    sides: Open, capfd: Capture, request: pytest.FixtureRequest, part: str, act: str
) -> None:
    world = sides()
    text = TASK.format(act=ACTS[act], part=f"{part}=bad", extra="")
    module = write(world.folder, text, unique(request))
    suite = world.suite(3)
    suite.write_text(suite.read_text().replace("task: text-classification", "task: mine"))
    code = world.run("run", str(suite), "-q", "-p", module)
    err = capfd.readouterr().err
    assert "Traceback" not in err
    result = result_of(only_run(world.folder))
    assert result["exit_code"] == code
    counts = result["counts"]
    assert counts["planned"] == 6
    if part == "compare":
        assert (code, counts["passed"]) == (0, 6)
        assert len([w for w in result["warnings"] if "compare" in w]) == 1
    else:
        assert code in {1, 10, 12}
        assert counts["faults"] == 6
        assert counts["passed"] == 0


CHECK = """
from harness.api import *
def judge(case, output, given):
    {act}
@hookimpl
def harness_checks():
    return [Check(name="mine", judge=judge)]
"""


@pytest.mark.parametrize(
    "act",
    [
        *ACTS.values(),
        "return Finding(check='mine', ok=True, message='', score=7.0)",
        "return Finding(check='mine', ok=True, message={1, 2})",
    ],
)
def test_a_check_that_misbehaves_is_a_fault(
    sides: Open, request: pytest.FixtureRequest, act: str
) -> None:
    world = sides()
    module = write(world.folder, CHECK.format(act=act), unique(request))
    suite = str(world.suite(3, more="checks: [{check: mine}]"))
    assert world.run("run", suite, "-q", "-p", module) in {1, 10}
    assert result_of(only_run(world.folder))["counts"]["faults"] == 6


HOOKS = """
from harness.api import *
@hookimpl
def {hook}:
    {act}
"""


@pytest.mark.parametrize("act", ["raise RuntimeError('boom')", "raise SystemExit(0)"])
@pytest.mark.parametrize("hook", ["harness_on_record(record)", "harness_on_verdict(verdict)"])
def test_an_observer_that_raises_is_one_warning(
    sides: Open, capfd: Capture, request: pytest.FixtureRequest, hook: str, act: str
) -> None:
    world = sides()
    module = write(world.folder, HOOKS.format(hook=hook, act=act), unique(request))
    assert world.run("run", str(world.suite(3)), "-q", "-p", module) == 0
    warnings = result_of(only_run(world.folder))["warnings"]
    assert len([w for w in warnings if f"plugin {module}: observer" in w]) == 1
    assert capfd.readouterr().err.count("observer of") <= 1


REPORTER = """
from harness.api import *
def render(dossier):
    {act}
@hookimpl
def harness_reporters():
    return [Reporter(name="mine", render=render)]
"""


@pytest.mark.parametrize(
    "act",
    [
        *ACTS.values(),
        "yield Artifact(name='../out.txt', chunks=iter([b'x']))",
        "yield Artifact(name='run.sqlite', chunks=iter([b'x']))",
        "yield Artifact(name='mine.txt', chunks=(1 / 0 for _ in 'x'))",
    ],
)
def test_a_reporter_that_misbehaves_costs_its_own_file_only(
    sides: Open, capfd: Capture, request: pytest.FixtureRequest, act: str
) -> None:
    world = sides()
    module = write(world.folder, REPORTER.format(act=act), unique(request))
    assert world.run("run", str(world.suite(2)), "-q", "-p", module) == 0
    assert "warning: reporter mine raised" in capfd.readouterr().err
    folder = only_run(world.folder)
    assert (folder / "report.html").exists()
    assert not list(folder.glob("mine*"))
    assert world.run("show", str(folder), "-p", module) == 0


def test_a_reporter_adds_a_file(sides: Open, request: pytest.FixtureRequest) -> None:
    world = sides()
    act = "yield Artifact(name='mine.txt', chunks=iter([dossier.suite.encode()]))"
    module = write(world.folder, REPORTER.format(act=act), unique(request))
    assert world.run("run", str(world.suite(2)), "-q", "-p", module) == 0
    assert (only_run(world.folder) / "mine.txt").read_text() == "sides"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("raise SystemExit(0)", "cannot be imported"),
        ("import no_such_thing", "cannot be imported"),
        ("x = 1", "has no hook"),
        (
            "from harness.api import *\n@hookimpl\ndef harness_taks():\n    return []",
            "harness_taks",
        ),
        (
            "from harness.api import *\n@hookimpl\ndef harness_tasks(what):\n    return []",
            "what",
        ),
        ("from harness.api import *\n@hookimpl\ndef harness_tasks():\n    return [5]", "gave 5"),
        (
            CHECK.format(act="return 1").replace("mine", "equals"),
            "check 'equals' is offered by plugin",
        ),
    ],
)
def test_a_named_plugin_that_cannot_be_used_is_exit_4(
    quiet_world: Path, capfd: Capture, request: pytest.FixtureRequest, text: str, says: str
) -> None:
    module = write(quiet_world, text, "wrong" + str(abs(hash(text))))
    assert run(["plugins", "-p", module]) == 4
    err = capfd.readouterr().err
    assert says in err
    assert module in err
    assert "Traceback" not in err


def test_plugins_lists_what_is_there_and_whose(quiet_world: Path, capfd: Capture) -> None:
    write(quiet_world, CHECK.format(act="return 1"), "listed_plugin")
    assert run(["plugins", "-p", "listed_plugin"]) == 0
    rows = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert ["task", "text-classification", "revgate", "0.1.0"] in [row[:4] for row in rows]
    (mine,) = [row for row in rows if row[:2] == ["check", "mine"]]
    assert mine[2] == "-p"


def test_plugins_of_pyproject_are_loaded(quiet_world: Path, capfd: Capture) -> None:
    write(quiet_world, CHECK.format(act="return 1"), "pyproject_plugin")
    pyproject = quiet_world / "pyproject.toml"
    pyproject.write_text('[tool.revgate]\nplugins = ["pyproject_plugin"]\n')
    assert run(["plugins"]) == 0
    assert " mine " in capfd.readouterr().out
    for wrong in ("[tool]\nrevgate = 5\n[x", "[tool.revgate]\nplugins = 'x'\n"):
        pyproject.write_text(wrong)
        assert run(["plugins"]) == 4
    for empty in ("tool = 5\n", "[tool]\nrevgate = 5\n", ""):
        pyproject.write_text(empty)
        assert run(["plugins"]) == 0


def test_the_schema_knows_local_plugins(quiet_world: Path, capfd: Capture) -> None:
    write(quiet_world, CHECK.format(act="return 1"), "schema_plugin")
    assert run(["schema", "-p", "schema_plugin"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["$schema"].startswith("http://json-schema.org/draft-07")
    assert '"mine"' in out
    assert err == "exit 0: done\n"


def test_reproduce_names_the_plugins(sides: Open, request: pytest.FixtureRequest) -> None:
    world = sides()
    fine = CHECK.format(act="return Finding(check='mine', ok=True, message='')")
    module = write(world.folder, fine, unique(request))
    suite = str(world.suite(2, more="checks: [{check: mine}]"))
    assert world.run("run", suite, "-q", "-p", module, "--limit", "1") == 0
    page = (only_run(world.folder) / "report.html").read_text()
    assert f"--limit 1 -p {module}" in page
