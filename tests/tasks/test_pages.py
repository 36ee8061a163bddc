"""The page of every task holds a suite that loads, and says all its measures."""

import re
from pathlib import Path

import pytest

from harness.api import Task
from harness.registry import load_registry
from harness.suitefile import LoadedSuite, load_suite
from tests.tasks.test_contract import NAMES, TASKS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "tasks"
REGISTRY = load_registry([f"harness_tasks.{name.replace('-', '_')}" for name in NAMES])
every_task = pytest.mark.parametrize("task", TASKS, ids=NAMES)


def page_of(task: Task) -> str:
    return (PAGES / f"{task.name}.md").read_text(encoding="utf-8")


def suite_of(task: Task, folder: Path) -> LoadedSuite:
    (suite,) = re.findall(r"```yaml\n(.*?)```", page_of(task), re.DOTALL)
    for name in re.findall(r"file: ([\w.-]+)", suite):
        (folder / name).write_bytes(b"x")
    path = folder / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    return load_suite(path, REGISTRY, environ={})


@every_task
def test_its_suite_loads_and_its_questions_can_be_asked(task: Task, tmp_path: Path) -> None:
    loaded = suite_of(task, tmp_path)
    assert loaded.suite.task == task.name
    assert not loaded.suite.warnings
    cases = list(loaded.cases())
    assert cases
    for case in cases:
        assert task.build(case).encoded()


@every_task
def test_every_expectation_it_shows_is_one_the_task_knows(task: Task, tmp_path: Path) -> None:
    output = task.parse(task.sample_output)
    for case in suite_of(task, tmp_path).cases():
        if case.expect is not None:
            assert "`expect` must be" not in task.expect(case, output).message


@every_task
def test_it_says_every_measure(task: Task) -> None:
    output = task.parse(task.sample_output)
    yielded = {measure.name for measure in task.compare(task.sample, output, output)}
    assert yielded <= set(re.findall(r"^\| `(\w+)` \|", page_of(task), re.MULTILINE))
