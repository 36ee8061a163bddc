"""Parameters that mean nothing where they are sent are told once, before the first call."""

from pathlib import Path

import pytest

from harness.cli import run
from tests.e2e.sides import only_run, result_of

Capture = pytest.CaptureFixture[str]
SUITE = """\
suite: lengths
task: text-generation
target: {{provider: hf-endpoint, model: m, serves: {serves}}}
targets:
  a: {{url: "http://127.0.0.1:9/a"}}
  b: {{url: "http://127.0.0.1:9/b"}}
parameters: {{{parameters}}}
run: {{attempts: 1, timeout_s: 2}}
cases:
  - {{id: one, inputs: first}}
  - {{id: two, inputs: second}}
"""
SAID = "a, b: `max_length` is passed over by text-generation-inference"


def write(folder: Path, parameters: str, serves: str = "auto") -> str:
    path = folder / "lengths.yaml"
    path.write_text(SUITE.format(parameters=parameters, serves=serves))
    return str(path)


def test_check_tells_a_sentence_once_for_all_cases_and_targets(
    quiet_world: Path, capfd: Capture
) -> None:
    assert run(["check", write(quiet_world, "max_length: 20")]) == 0
    assert capfd.readouterr().err.count(SAID) == 1


def test_what_is_read_where_it_is_sent_is_not_told(quiet_world: Path, capfd: Capture) -> None:
    assert run(["check", write(quiet_world, "max_new_tokens: 20")]) == 0
    assert run(["check", write(quiet_world, "max_length: 20", "hf")]) == 0
    assert "max_length" not in capfd.readouterr().err


def test_a_dry_run_tells_it_too(quiet_world: Path, capfd: Capture) -> None:
    assert run(["run", write(quiet_world, "max_length: 20"), "--dry-run"]) == 0
    assert capfd.readouterr().err.count(SAID) == 1


def test_a_run_tells_it_and_its_result_keeps_it(quiet_world: Path, capfd: Capture) -> None:
    assert run(["run", write(quiet_world, "max_length: 20"), "-q", "--no-preflight"]) == 12
    assert SAID in capfd.readouterr().err
    warnings = result_of(only_run(quiet_world))["warnings"]
    assert sum(SAID in warning for warning in warnings) == 1
