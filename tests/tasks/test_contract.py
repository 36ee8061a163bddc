"""Every task that comes with revgate holds to the contract."""

import importlib
import json
from typing import Any

import pytest

from harness.api import Json, ShapeError, Task, parse_json
from harness.api.contract import check_task

NAMES = [
    "text-classification", "zero-shot-classification", "text-generation", "text2text-generation",
    "summarization", "translation", "image-classification",
    "token-classification", "fill-mask", "question-answering", "table-question-answering",
    "chat-completion", "feature-extraction", "sentence-similarity", "sentence-ranking",
    "tabular-classification", "tabular-regression",
]  # fmt: skip
LEGAL = {
    "token-classification": ([],),  # no entity in the text
    "tabular-classification": (["a"],),
}
"""Answers that are junk to every other task."""


def task_of(name: str) -> Task:
    module: Any = importlib.import_module(f"harness_tasks.{name.replace('-', '_')}")
    (task,) = module.harness_tasks()
    assert isinstance(task, Task)
    return task


TASKS = [task_of(name) for name in NAMES]
every_task = pytest.mark.parametrize("task", TASKS, ids=NAMES)


@every_task
def test_holds_to_the_contract(task: Task) -> None:
    check_task(task)


@every_task
def test_has_the_name_of_its_entry_point(task: Task) -> None:
    assert task.name in NAMES


@every_task
def test_findings_on_legality_have_no_weight_and_are_required(task: Task) -> None:
    findings = list(task.validate(task.sample, task.parse(task.sample_output)))
    assert all(finding.weight == 0 and finding.required and finding.ok for finding in findings)


@every_task
def test_its_sample_travels_as_strict_json(task: Task) -> None:
    assert parse_json(json.dumps(task.sample_output).encode()) == task.sample_output


@every_task
@pytest.mark.parametrize(
    "answer",
    [
        None, True, 3, 3.5, -1, "", "text", b"", b"\xff", b"\x89PNG", [], [[]], [[[]]], {}, [{}],
        [None], [["a"]], ["a"], {"error": "Model x is currently loading", "estimated_time": 20.0},
        {"error": ["Error in `inputs`: field required"]}, [{"error": "unknown error"}],
        {"error": "x", "warnings": ["w"]}, {"generated_text": None}, [{"generated_text": 3}],
        [{"generated_text": "a", "error": "cut off"}], [{"summary_text": ["a"]}],
        [{"translation_text": {"text": "a"}}], [{"label": "a"}], [{"score": 0.5}],
        [{"label": None, "score": 0.5}], [{"label": 3, "score": 0.5}],
        [{"label": "a", "score": "0.5"}], [{"label": "a", "score": None}],
        [{"label": "a", "score": 10**400}], [{"label": "a", "score": 0.5}, None],
        [{"label": "a", "score": 0.5, "error": "x"}], {"labels": ["a"], "scores": []},
        {"labels": [], "scores": []}, {"labels": "a", "scores": 0.5},
        {"labels": [1], "scores": [0.5]}, {"labels": ["a"], "scores": ["0.5"]},
        {"sequence": "s", "labels": ["a"], "scores": [0.5], "error": "x"},
        {"choices": [{"text": "a", "index": 0}], "object": "text_completion"},
    ],
    ids=lambda answer: repr(answer)[:50],
)  # fmt: skip
def test_refuses_junk_in_words(task: Task, answer: Json | bytes) -> None:
    if answer in LEGAL.get(task.name, ()):
        assert task.parse(answer).value == answer
        return
    with pytest.raises(ShapeError, match=r"(got|is an error:) .*; expected ") as caught:
        task.parse(answer)
    assert len(str(caught.value)) < 300


@every_task
def test_quotes_an_error_of_the_server(task: Task) -> None:
    with pytest.raises(ShapeError, match="the answer is an error: the string 'overloaded'"):
        task.parse({"error": "overloaded"})


@every_task
def test_its_messages_hold_no_control_character_and_are_short(task: Task) -> None:
    hostile = "\x1b[2J\u202e::error::\r\n" + "x" * 1_000_000
    answers = (hostile, {hostile: 1}, [hostile], {"error": hostile}, [{hostile: hostile}] * 9)
    for answer in answers:
        if task.name == "tabular-classification" and answer == [hostile]:
            continue  # a class may be called anything
        with pytest.raises(ShapeError) as caught:
            task.parse(answer)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 400
