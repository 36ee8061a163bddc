"""Every task is answered by a model of its architecture, in a shape that the task reads."""

import json
from collections.abc import Callable

import pytest

from harness.api import Case, Json, Task
from harness.registry import load_registry
from harness_local.worker.loading import load
from harness_local.worker.nouns import File, Loaded, Specification
from harness_local.worker.plain import plain
from harness_local.worker.reading import read_question
from tests.heavy.conftest import Commits
from tests.heavy.questions import QUESTIONS

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]
TASKS = load_registry().tasks
Open = Callable[[str, str], Loaded]


@pytest.fixture
def model(commits: Commits) -> Open:
    def opened(task: str, version: str = "v1") -> Loaded:
        name = f"tiny/{QUESTIONS[task][0]}"
        return load(Specification(task=task, model=name, revision=commits[name][version]))

    return opened


def answer(loaded: Loaded, task: Task, case: Case) -> Json | bytes:
    """Give the answer as it travels."""
    payload = task.build(case)
    got = loaded.ask(read_question(payload.encoded(), payload.media_type))
    if isinstance(got, File):
        return got.body
    value: Json = json.loads(json.dumps(plain(got), allow_nan=False))
    return value


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_the_task_reads_the_answer_and_finds_it_legal(
    name: str, model: Open, commits: Commits
) -> None:
    task, (repository, case) = TASKS[name], QUESTIONS[name]
    loaded = model(name, "v1")
    assert loaded.commit == commits[f"tiny/{repository}"]["v1"]
    first = answer(loaded, task, case)
    output = task.parse(first)
    findings = list(task.validate(case, output))
    # Random weights may well hear or write nothing: whether there are words is not asked.
    wrong = [f for f in findings if f.required and not f.ok and f.check != "valid_text"]
    assert findings
    assert not wrong, (first if not isinstance(first, bytes) else len(first), wrong)
    assert answer(loaded, task, case) == first  # the same question, the same answer
