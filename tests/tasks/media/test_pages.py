"""The page of every task holds a suite that is valid, and says all its measures."""

import re
from pathlib import Path

import pytest

from harness.api import Task
from harness.cli import run
from harness.registry import load_registry
from tests.tasks.media.test_contract import TASKS

PAGES = Path(__file__).resolve().parents[3] / "docs" / "tasks"
INSTALLED = frozenset(load_registry().tasks)
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def page_of(task: Task) -> str:
    return (PAGES / f"{task.name}.md").read_text(encoding="utf-8")


@every_task
def test_its_suite_is_valid(task: Task, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (suite,) = re.findall(r"```yaml\n(.*?)```", page_of(task), re.DOTALL)
    assert f"task: {task.name}\n" in suite
    for name in re.findall(r"file: ([\w.-]+)", suite):
        (tmp_path / name).write_bytes(b"x")
    path = tmp_path / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    module = f"harness_tasks.{task.name.replace('-', '_')}"
    plugin = [] if task.name in INSTALLED else ["-p", module]
    assert run(["check", *plugin, str(path)]) == 0, capsys.readouterr()


@every_task
def test_its_suite_names_files_just_where_the_task_wants_them(task: Task) -> None:
    assert ("inputs: {file: " in page_of(task)) == (task.wants == "file")


@every_task
def test_it_says_every_measure(task: Task) -> None:
    output = task.parse(task.sample_output)
    yielded = {measure.name for measure in task.compare(task.sample, output, output)}
    listed = set(re.findall(r"^\| `(\w+)` \|", page_of(task), re.MULTILINE))
    assert yielded <= listed
