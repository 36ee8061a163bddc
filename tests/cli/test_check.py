"""`revgate check` and `revgate init`: offline, every problem at once, in the form asked for."""

import json
from pathlib import Path

import pytest
import yaml

from harness.cli import run

Capture = pytest.CaptureFixture[str]
BAD = """\
suite: bad
task: text-classification
target: {provider: hf-endpoint, model: m}
targets:
  a: {url: "https://a.example/", revision: main}
  b: {url: "https://b.example/", revision: "9f2c1d0e5b7a4c3f8e6d2b1a0c9f8e7d6c5b4a39"}
cases:
  - {id: one, input: x}
"""


@pytest.fixture
def bad(quiet_world: Path) -> Path:
    path = quiet_world / "bad.yaml"
    path.write_text(BAD)
    return path


@pytest.fixture
def good(quiet_world: Path, capfd: Capture) -> Path:
    assert run(["init", "-y"]) == 0
    capfd.readouterr()
    return quiet_world / "suite.yaml"


def test_a_good_suite_is_exit_0(good: Path, capfd: Capture) -> None:
    assert run(["check", "suite.yaml"]) == 0
    out, err = capfd.readouterr()
    assert out == "suite.yaml: ok, 3 cases, 2 targets\n"
    assert err == "exit 0: every suite is valid\n"


def test_text_has_carets_and_all_problems(bad: Path, capfd: Capture) -> None:
    assert run(["check", "bad.yaml"]) == 4
    out, err = capfd.readouterr()
    assert out == ""
    assert "bad.yaml:5:44" in err
    assert "^^^^" in err
    assert "did you mean 'inputs'?" in err
    assert err.endswith("exit 4: usage or suite error\n")


def test_json_is_a_list_of_problems(bad: Path, good: Path, capfd: Capture) -> None:
    assert run(["check", "bad.yaml", "--format", "json"]) == 4
    found = json.loads(capfd.readouterr().out)
    assert (found[0]["line"], found[0]["column"]) == (5, 44)
    assert run(["check", "suite.yaml", "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == []


def test_github_gets_commands_it_obeys(bad: Path, good: Path, capfd: Capture) -> None:
    assert run(["check", "bad.yaml", "--format", "github"]) == 4
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("::error file=bad.yaml,line=5,col=44,")
    assert all(line.startswith("::error ") for line in lines)
    assert run(["check", "suite.yaml", "--format", "github"]) == 0
    assert capfd.readouterr().out == ""


def test_github_commands_cannot_be_forged(quiet_world: Path, capfd: Capture) -> None:
    (quiet_world / "bad.yaml").write_text(
        BAD.replace("input: x", '"x\\n::error::forged%0A##[error]": 1')
    )
    assert run(["check", "bad.yaml", "--format", "github"]) == 4
    lines = capfd.readouterr().out.splitlines()
    assert all(line.startswith("::error file=bad.yaml,") for line in lines)
    assert not any("##[" in line for line in lines)


def test_sarif_is_a_log_with_one_run(bad: Path, capfd: Capture) -> None:
    assert run(["check", "bad.yaml", "--format", "sarif"]) == 4
    log = json.loads(capfd.readouterr().out)
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    assert log["runs"][0]["results"]


@pytest.mark.parametrize("output", ["text", "json", "github", "sarif"])
def test_every_suite_is_checked_whatever_is_wrong_with_another(
    bad: Path, good: Path, capfd: Capture, output: str
) -> None:
    empty = good.with_name("empty.yaml")
    empty.write_text(good.read_text().partition("cases:")[0] + "cases: []\n")
    assert run(["check", "empty.yaml", "missing.yaml", "bad.yaml", "--format", output]) == 4
    out, err = capfd.readouterr()
    for name in ("empty.yaml", "missing.yaml", "bad.yaml"):
        assert name in out + err
    assert run(["check", "empty.yaml"]) == 5
    assert capfd.readouterr().err.endswith("exit 5: nothing selected\n")


def test_init_writes_a_suite_that_passes_check_a_schema_and_a_workflow(
    quiet_world: Path, capfd: Capture
) -> None:
    import jsonschema

    assert run(["init", "new/place", "-y"]) == 0
    out, err = capfd.readouterr()
    assert err == "exit 0: done\n"
    assert "revgate run new/place/suite.yaml --record new/place/suite.recording.jsonl" in out
    folder = quiet_world / "new" / "place"
    text = (folder / "suite.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=./.revgate/suite.schema.json\n")
    schema = json.loads((folder / ".revgate" / "suite.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(text), schema, cls=jsonschema.Draft7Validator)
    workflow = yaml.safe_load((folder / ".github" / "workflows" / "revgate.yml").read_text())
    steps = workflow["jobs"]["compare"]["steps"]
    assert "revgate run suite.yaml --replay suite.recording.jsonl" in str(steps)
    assert run(["check", str(folder / "suite.yaml")]) == 0
    assert run(["run", str(folder / "suite.yaml"), "--dry-run"]) == 0


def test_init_never_overwrites(quiet_world: Path, capfd: Capture) -> None:
    (quiet_world / "suite.yaml").write_text("mine\n")
    assert run(["init", "-y"]) == 0
    assert (quiet_world / "suite.yaml").read_text() == "mine\n"
    assert "suite.yaml: is there already, left as it is" in capfd.readouterr().err
    assert (quiet_world / ".revgate" / "suite.schema.json").exists()


def test_init_where_nothing_can_be_written_is_exit_4(quiet_world: Path, capfd: Capture) -> None:
    (quiet_world / "file").write_text("")
    assert run(["init", "file/below", "-y"]) == 4
    assert "cannot be written" in capfd.readouterr().err


def test_init_asks_nobody_who_is_not_there(quiet_world: Path) -> None:
    assert run(["init"]) == 0
    assert (quiet_world / "suite.yaml").exists()
