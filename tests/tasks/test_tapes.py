"""What hosted models really sent, where the recordings are at hand."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Case
from tests.tasks.test_contract import TASKS

TAPES = Path(__file__).resolve().parents[2].parent / "shared/tapes/tapes.jsonl"


def answers() -> Iterator[dict[str, Any]]:
    """Give every recorded 200 whose body is JSON and whose task is one of ours."""
    names = {task.name for task in TASKS}
    with TAPES.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            is_answer = row["status"] == 200 and row["response_body_kind"] == "json"
            if is_answer and row["task"] in names:
                yield row


def case_of(row: dict[str, Any]) -> Case:
    """Give the case the recorded question stands for; some recorders dropped the question."""
    body = row["request_body"] if isinstance(row["request_body"], dict) else {}
    parameters = body.get("parameters") or {}
    if row["task"] == "zero-shot-classification" and not parameters:
        answer = row["response_body"]
        entry = answer[0] if isinstance(answer, list) else answer
        parameters = {"candidate_labels": entry["labels"]}
    return Case(id=row["id"], inputs=body.get("inputs"), parameters=parameters)


@pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
def test_every_recorded_answer_is_read_and_all_but_empty_texts_are_valid() -> None:
    tasks = {task.name: task for task in TASKS}
    seen: Counter[tuple[str, str]] = Counter()
    empty = 0
    for row in answers():
        task = tasks[row["task"]]
        output = task.parse(row["response_body"])
        failed = [f.message for f in task.validate(case_of(row), output) if not f.ok]
        if not output.text.strip():
            assert failed == ["the text is empty"], row["id"]
            empty += 1
        else:
            assert not failed, (row["id"], failed)
        assert next(iter(task.compare(case_of(row), output, output))).value == 1.0
        seen[task.name, output.variant] += 1
    for (name, variant), count in sorted(seen.items()):
        print(f"{count:4} {name}: {variant}")
    print(f"{seen.total():4} answers, {empty} of them empty texts")
    assert {name for name, _ in seen} == set(tasks)
